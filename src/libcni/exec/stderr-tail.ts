import type { Readable } from 'node:stream';

const MAX_BYTES = 64 * 1024;

/** Reads a stream to its end and keeps its last 64 KiB, which the function returned yields. */
export function collectTail(stream: Readable | null): () => string {
  let tail = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk]).subarray(-MAX_BYTES);
  });
  stream?.on('error', () => {});
  return () => tail.toString('utf8');
}
