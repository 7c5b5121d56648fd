import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns, listNetns, removeNetns, restoreNetns } from '../../src/netns/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';
import { isRoot } from './harness/own-namespaces.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
chmodSync(folder, 0o755);
afterAll(() => isolated[Symbol.asyncDispose]());

const NOBODY = 65534;

function folderOf(name: string, owner: number, mode: number): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  if (isRoot) chownSync(dir, owner, owner);
  chmodSync(dir, mode);
  return dir;
}

describe('a folder that somebody else may change', () => {
  const kinds: [string, number, number][] = [
    ['writable-for-all', 0, 0o777],
    ['sticky', 0, 0o1777],
    ['of-a-group', NOBODY, 0o770],
    ['of-another', NOBODY, 0o755],
  ];

  it.each(kinds)('is refused for a namespace, and nothing is left in it: %s', async (name, owner, mode) => {
    const dir = folderOf(name, owner, mode);
    const refused = { code: 'ERR_PERMISSION', message: expect.stringMatching(/foreignFolders: 'allow'/) };
    await expect(createNetns({ dir, name: 'ns', helper })).rejects.toMatchObject(refused);
    await expect(createNetns({ path: join(dir, 'ns'), helper })).rejects.toMatchObject(refused);
    await expect(restoreNetns(join(dir, 'ns'), { helper })).rejects.toMatchObject(refused);
    expect([existsSync(join(dir, 'ns')), await isolated.mountsAt(dir)]).toEqual([false, []]);
  });

  it('is taken where that is allowed', async () => {
    const dir = folderOf('allowed', NOBODY, 0o755);
    const netns = await createNetns({ dir, name: 'ns', foreignFolders: 'allow', helper });
    expect(await listNetns(dir, { helper })).toMatchObject([{ name: 'ns', kind: 'mounted' }]);
    const { fresh } = await restoreNetns(netns.path, { foreignFolders: 'allow', helper });
    expect(fresh).toBe(false);
  });

  it('is not one of the group of root', async () => {
    const netns = await createNetns({ dir: folderOf('group-of-root', 0, 0o775), helper });
    await netns.remove();
  });
});

/** Puts a link to the victim into the place of the file as soon as that is there, again and again. */
const swapping = `
const { accessSync, renameSync, symlinkSync, unlinkSync } = require('node:fs');
const [path, victim] = process.argv.slice(1);
const attempt = (action) => {
  try {
    action();
    return true;
  } catch {
    return false;
  }
};
for (;;) {
  attempt(() => symlinkSync(victim, path + '.link'));
  while (!attempt(() => accessSync(path)));
  attempt(() => renameSync(path + '.link', path));
  attempt(() => unlinkSync(path));
}
`;

it('a file that is swapped for a link never gets the mount elsewhere', { timeout: 60_000 }, async () => {
  const dir = folderOf('swapped', NOBODY, 0o755);
  const [path, victim] = [join(dir, 'ns'), join(folder, 'victim')];
  writeFileSync(victim, 'precious');
  const swapper = spawn(process.execPath, ['-e', swapping, path, victim], { stdio: 'ignore' });
  try {
    let lost = 0;
    const end = performance.now() + 5000;
    while (lost === 0 || performance.now() < end) {
      const made = createNetns({ path, foreignFolders: 'allow', helper });
      lost += await made.then(
        () => 0,
        () => 1,
      );
      await removeNetns(path, { helper }).catch(() => {});
      expect(await isolated.mountsAt(victim)).toEqual([]);
    }
    expect(lost).toBeGreaterThan(0);
  } finally {
    swapper.kill('SIGKILL');
  }
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  const table = await isolated.run('cat /proc/self/mountinfo');
  expect(table.split('\n').filter((line) => line.includes(`${dir}/`))).toEqual([]);
  rmSync(victim);
});
