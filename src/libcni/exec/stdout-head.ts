import type { Readable } from 'node:stream';

/** The most that a plugin may print. */
export const MAX_STDOUT_BYTES = 16 * 1024 * 1024;

/** Reads a stream to its end and keeps its first 16 MiB, which the function returned yields. */
export function collectHead(stream: Readable | null): () => Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (bytes >= MAX_STDOUT_BYTES) return;
    bytes += chunk.length;
    chunks.push(chunk);
  });
  stream?.on('error', () => {});
  return () => Buffer.concat(chunks).subarray(0, MAX_STDOUT_BYTES);
}
