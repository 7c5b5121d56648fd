import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLocalFile, readRegularText } from '../../src/files/read-local-file.js';

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

describe('a file that was just listed', () => {
  it.each([0, 5, 65_535, 65_536, 65_537, 200_000])('is read whole if it has %i bytes', (size) => {
    const file = join(folder, 'file');
    writeFileSync(file, 'x'.repeat(200_000));
    readRegularText(file);
    writeFileSync(file, 'a'.repeat(size));
    expect(readRegularText(file)).toBe('a'.repeat(size));
  });

  it('is refused if it is a link, a folder or a pipe that somebody writes to', () => {
    const link = join(folder, 'link');
    symlinkSync('/etc/hostname', link);
    expect(() => readRegularText(link)).toThrow('ELOOP');
    expect(() => readRegularText(folder)).toThrow('not a regular file');
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = openSync(pipe, 'r+');
    writeSync(writer, 'for somebody else');
    const before = readdirSync('/proc/self/fd').length;
    expect(() => readRegularText(pipe)).toThrow('not a regular file');
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
    const left = Buffer.alloc(100);
    expect(left.toString('utf8', 0, readSync(writer, left))).toBe('for somebody else');
    closeSync(writer);
  });
});
