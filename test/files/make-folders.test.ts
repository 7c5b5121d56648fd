import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolders } from '../../src/files/make-folders.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-folders-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

it('makes what is missing, with its permissions, and says where it began', async () => {
  expect(await makeFolders(join(dir, 'a', 'b', 'c'), 0o700)).toBe(join(dir, 'a'));
  expect((await stat(join(dir, 'a', 'b', 'c'))).mode & 0o777).toBe(0o700);
  expect(await makeFolders(join(dir, 'a', 'b', 'd'), 0o700)).toBe(join(dir, 'a', 'b', 'd'));
  expect(await makeFolders(join(dir, 'a', 'b', 'd'), 0o700)).toBeUndefined();
});

it('fails where a file is in the way', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(makeFolders(join(dir, 'file'), 0o700)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolders(join(dir, 'file', 'a', 'b'), 0o700)).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.each(['/proc/no-such-folder', '/proc/no-such-folder/below'])(
  'fails where %s cannot be made',
  async (path) => {
    await expect(makeFolders(path, 0o700)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

it('is fine with many that make the same', async () => {
  await Promise.all(Array.from({ length: 30 }, () => makeFolders(join(dir, 'a', 'b', 'c'), 0o700)));
  expect((await stat(join(dir, 'a', 'b', 'c'))).isDirectory()).toBe(true);
});
