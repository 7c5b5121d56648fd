import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLocalFile } from '../../src/files/read-local-file.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'read-local-file-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('reads a file whole', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'é'.repeat(100_000));
  expect(readLocalFile(file).toString()).toBe('é'.repeat(100_000));
});

it('does not wait for the writer of a named pipe', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(() => readLocalFile(pipe)).toThrow('not a regular file');
});

it('reads nothing that its caller refuses, and leaves no descriptor open', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '12345');
  const before = readdirSync('/proc/self/fd').length;
  const refuse = ({ size }: { size: number }) => (size > 4 ? new Error(`${size} bytes`) : undefined);
  expect(() => readLocalFile(file, refuse)).toThrow('5 bytes');
  expect(readdirSync('/proc/self/fd')).toHaveLength(before);
});

it('reads nothing of more than 32 MiB', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  truncateSync(file, 32 * 1024 * 1024);
  expect(readLocalFile(file)).toHaveLength(32 * 1024 * 1024);
  truncateSync(file, 32 * 1024 * 1024 + 1);
  expect(() => readLocalFile(file)).toThrow('33554433 bytes are larger than 32 MiB');
});
