import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFolder } from '../../src/files/state-folder.js';

let dir: string;
let link: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'libcni-state-'));
  link = join(dir, 'link');
  for (const name of ['a', 'b']) mkdirSync(join(dir, name), { mode: 0o700 });
  symlinkSync(join(dir, 'a'), link);
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

function changeLink(): void {
  unlinkSync(link);
  symlinkSync(join(dir, 'b'), link);
}

describe('a state folder behind a symbolic link', () => {
  it('is the folder that the link leads to at that time', async () => {
    const folder = new StateFolder(link);
    await folder.write('one', '1', { tempFolder: dir });
    await nextTurn();
    changeLink();
    await folder.write('two', '2', { tempFolder: dir });
    expect(await folder.list()).toEqual(['two']);
    expect(readFileSync(join(dir, 'b/two'), 'utf8')).toBe('2');
    expect(folder.read('one')).toBeUndefined();
  });

  it('is missing once the link leads nowhere', async () => {
    const folder = new StateFolder(link);
    writeFileSync(join(dir, 'a/one'), '1');
    expect(folder.read('one')?.toString()).toBe('1');
    await nextTurn();
    unlinkSync(link);
    expect(folder.read('one')).toBeUndefined();
    expect(await folder.list()).toEqual([]);
  });
});
