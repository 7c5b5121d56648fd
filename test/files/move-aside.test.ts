import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { moveAside } from '../../src/files/move-aside.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'libcni-test-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function moved(name: string): Promise<string> {
  await writeFile(join(root, name), name);
  return await moveAside(join(root, name), join(root, 'aside'));
}

it('moves a file to a folder, which it makes, under its name and the time', async () => {
  const to = await moved('a-b');
  expect(dirname(to)).toBe(join(root, 'aside'));
  expect(basename(to)).toMatch(/^a-b\.\d{13}$/);
  expect(await readFile(to, 'utf8')).toBe('a-b');
  expect(await readdir(root)).toEqual(['aside']);
});

it.each([
  ['as long as can be', 'n'.repeat(255)],
  ['one byte too long for the time', 'n'.repeat(242)],
  ['of characters of several bytes', '\u{1f600}'.repeat(63)],
])('cuts a name that is %s', async (_, name) => {
  const to = await moved(name);
  expect(Buffer.byteLength(basename(to))).toBeLessThanOrEqual(255);
  expect(basename(to)).toMatch(/^[n\u{1f600}]{50,}\.[0-9a-f]{16}\.\d{13}$/u);
  expect(await readFile(to, 'utf8')).toBe(name);
});

it('keeps names apart that differ at their end only', async () => {
  const names = ['eth0', 'eth1', 'eth2'].map((end) => `${'n'.repeat(250)}-${end}`);
  const files = await Promise.all(names.map(moved));
  expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(names);
});

it('fails where there is no file', async () => {
  await expect(moveAside(join(root, 'none'), join(root, 'aside'))).rejects.toMatchObject({ code: 'ENOENT' });
});
