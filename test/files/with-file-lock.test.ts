import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SetAside } from '../../src/files/state-folder.js';
import { withFileLock } from '../../src/files/with-file-lock.js';

let folder: string;
let file: string;
let lock: string;
let found: SetAside[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libcni-lock-'));
  file = join(folder, 'hosts');
  lock = `${file}.lock`;
  found = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const options = { timeoutMs: 1000, onSetAside: (one: SetAside) => found.push(one) };
const seconds = (count: number) => Date.now() / 1000 + count;

describe('something else in the place of a lock', () => {
  it.each<[string, (path: string) => void]>([
    ['a file', (path) => writeFileSync(path, 'text')],
    ['an old file', (path) => execFileSync('touch', ['--date=2000-01-01', path])],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link to a folder', (path) => symlinkSync(tmpdir(), path)],
    ['a link to nothing', (path) => symlinkSync('/nowhere', path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    [
      'an old folder with something in it',
      (path) => {
        mkdirSync(join(path, 'with'), { recursive: true });
        utimesSync(path, 1, 1);
      },
    ],
    [
      'a folder of tomorrow with something in it',
      (path) => {
        mkdirSync(join(path, 'with'), { recursive: true });
        utimesSync(path, seconds(86_400), seconds(86_400));
      },
    ],
  ])('is moved aside: %s', async (_, make) => {
    make(lock);
    expect(await withFileLock(file, async () => 'done', options)).toBe('done');
    expect(found).toMatchObject([{ file: lock, to: expect.stringContaining(`${lock}.`) }]);
    expect(existsSync(lock)).toBe(false);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('stays, and is an error, where it cannot be moved', async () => {
    writeFileSync(lock, 'text');
    const work = withFileLock(file, async () => {}, { ...options, asideFolder: '/proc/none' });
    await expect(work).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    expect(found[0]).not.toHaveProperty('to');
  });
});

describe('a lock that nobody renews', () => {
  it.each([-3600, -11, 11, 86_400])(
    'is taken where it was last renewed %d seconds from now',
    async (when) => {
      mkdirSync(lock);
      utimesSync(lock, seconds(when), seconds(when));
      expect(await withFileLock(file, async () => 'done', options)).toBe('done');
      expect(found).toEqual([]);
    },
  );

  it.each([-8, 8])('may be renewed yet where that was %d seconds from now', async (when) => {
    mkdirSync(lock);
    utimesSync(lock, seconds(when), seconds(when));
    await expect(withFileLock(file, async () => {}, options)).rejects.toMatchObject({ code: 'ERR_LOCKED' });
  });
});

it('one at a time has the lock, however many in this process want it', async () => {
  let inside = 0;
  let most = 0;
  const run = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((settle) => setTimeout(settle, 5));
    inside -= 1;
  };
  writeFileSync(lock, 'text');
  await Promise.all(Array.from({ length: 20 }, () => withFileLock(file, run, { timeoutMs: 10_000 })));
  expect(most).toBe(1);
});
