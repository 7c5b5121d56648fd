import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HookRecords } from '../../src/hook/hook-record.js';

let folder: string;
let records: HookRecords;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-records-'));
  records = new HookRecords(join(folder, 'hook'), join(folder, 'pins'));
  await mkdir(join(folder, 'hook'), { mode: 0o700 });
});

afterEach(() => rm(folder, { recursive: true }));

const file = (): string => join(folder, 'hook/odd.json');

/** Puts something in the place of a record. */
type Put = () => unknown;

describe.each<[string, Put]>([
  ['a pipe', () => execFileSync('mkfifo', [file()])],
  ['a folder with something in it', () => mkdir(join(file(), 'in'), { recursive: true })],
  ['a link', () => symlink('/etc/hostname', file())],
  ['half a file', () => writeFile(file(), '{"kind":"libcniHook')],
])('%s in the place of a record', (_, put) => {
  it('says what follows from the id of its container, and goes with it', async () => {
    await put();
    expect(records.read('odd')).toMatchObject({
      id: 'odd',
      netns: join(folder, 'pins/libcni-hook-odd'),
      inode: '',
    });
    expect(await records.ids()).toEqual(['odd']);
    await records.remove('odd');
    expect(records.read('odd')).toBeUndefined();
    expect(await records.ids()).toEqual([]);
  });
});

it('a folder that belongs to somebody else is refused', async () => {
  execFileSync('chmod', ['777', join(folder, 'hook')]);
  await expect(records.ids()).rejects.toMatchObject({ code: 'ERR_PERMISSION' });
});
