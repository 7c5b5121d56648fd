import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns, isNetns, listNetns, openNetns } from '../../src/netns/index.js';
import { endProcess } from '../platform/helper/harness/processes.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

describe('createNetns', () => {
  it('makes a namespace of its own that persists at a path', async () => {
    const netns = await createNetns({ path: join(folder, 'at/a/path'), helper });
    expect(netns.path).toBe(join(folder, 'at/a/path'));
    const inside = await netns.exec('readlink', ['/proc/self/ns/net']);
    expect(inside.stdout).toBe(`net:[${netns.inode}]\n`);
    expect(await isolated.run('readlink /proc/self/ns/net')).not.toBe(inside.stdout);
    expect(await isNetns(netns.path, { helper })).toBe(true);
    expect(statSync(dirname(netns.path)).mode & 0o777).toBe(0o755);
  });

  it('chooses a name if none is given', async () => {
    const dir = join(folder, 'random');
    const [first, second] = [await createNetns({ dir, helper }), await createNetns({ dir, helper })];
    expect(basename(first.path)).toMatch(/^libcni-[0-9a-f]{16}$/);
    expect(basename(second.path)).not.toBe(basename(first.path));
    expect(second.inode).not.toBe(first.inode);
  });

  it('shares its folder once, however many are made at a time', async () => {
    const dir = join(folder, 'shared');
    const names = Array.from({ length: 12 }, (_, index) => `ns${String(index).padStart(2, '0')}`);
    await Promise.all(names.map((name) => createNetns({ dir, name, helper })));
    const mounts = await isolated.mountsAt(dir);
    expect(mounts).toEqual([expect.stringContaining('shared:')]);
    const entries = await listNetns(dir, { helper });
    expect(entries.map(({ name, kind }) => [name, kind])).toEqual(names.map((name) => [name, 'mounted']));
  });

  it('does not mount anything on the folder of a path', async () => {
    const netns = await createNetns({ path: join(folder, 'plain/ns'), helper });
    expect(await isolated.mountsAt(dirname(netns.path))).toEqual([]);
    expect((await isolated.mountsAt(netns.path)).length).toBe(1);
  });

  it('shares the folder of a path, or leaves that of a name alone, on request', async () => {
    const shared = await createNetns({ path: join(folder, 'own/ns'), shareFolder: true, helper });
    expect(await isolated.mountsAt(dirname(shared.path))).toEqual([expect.stringContaining('shared:')]);
    const plain = await createNetns({ dir: join(folder, 'not-shared'), shareFolder: false, helper });
    expect(await isolated.mountsAt(dirname(plain.path))).toEqual([]);
  });

  it('refuses a file that exists and leaves it alone', async () => {
    const path = join(folder, 'taken');
    writeFileSync(path, 'mine');
    await expect(createNetns({ path, helper })).rejects.toMatchObject({
      code: 'ERR_IN_USE',
      message: expect.stringMatching(/the file exists: open it, remove it first, or choose another name$/),
      value: path,
    });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it.each(['', '.', '..', 'a/b', 'a\0b'])('refuses %j as a name', async (name) => {
    await expect(createNetns({ name, dir: folder, helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
  });

  it('names the step that failed', async () => {
    const path = join(folder, 'isolated/below-a-file');
    const failure = createNetns({ path, helper });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_NETNS', cause: { code: 'ENOTDIR' } });
  });

  it('removes a namespace again that cannot have its link', async () => {
    const link = { dir: join(folder, 'isolated/links'), pod: 'pod' };
    const path = join(folder, 'linkless');
    const failure = createNetns({ path, link, helper });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_NETNS', cause: { code: 'ENOTDIR' } });
    expect(existsSync(path)).toBe(false);
  });

  it('says why it has no link, and why it is still there, where it cannot be removed again either', async () => {
    await using broken = new IsolatedHelper();
    const path = join(broken.folder, 'stays');
    const link = { pod: 'pod', dir: join(path, 'links') };
    // It ends as soon as it has made the namespace, and cannot be started again.
    const helper = new Proxy(broken.client, {
      get: (client, name) => {
        const member: unknown = Reflect.get(client, name, client);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          const answer: unknown = await Reflect.apply(member, client, given);
          if (name === 'createNetns') writeFileSync(join(broken.folder, 'isolated'), '');
          if (name === 'createNetns' && client.pid !== undefined) endProcess(client.pid);
          return answer;
        };
      },
    });
    await expect(createNetns({ path, link, helper })).rejects.toMatchObject({
      code: 'ERR_NETNS',
      file: expect.stringContaining(join(path, 'links')),
      cause: { code: 'ENOTDIR' },
      rollbackErrors: [{ code: 'ERR_HELPER', value: path }],
    });
  });

  it('says which right is missing, and leaves no file', async () => {
    const unprivileged = isolated.unprivileged();
    const path = join(folder, 'forbidden');
    const failure = createNetns({ path, foreignFolders: 'allow', helper: unprivileged });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_PERMISSION',
      message: expect.stringContaining('CAP_SYS_ADMIN'),
    });
    expect(existsSync(path)).toBe(false);
    await unprivileged[Symbol.asyncDispose]();
    chmodSync(folder, 0o755);
  });
});

describe('openNetns', () => {
  it('gives the namespace that is there', async () => {
    const made = await createNetns({ path: join(folder, 'open'), helper });
    const opened = await openNetns(made.path, { helper });
    expect([opened.path, opened.inode, opened.device]).toEqual([made.path, made.inode, made.device]);
  });

  it('takes the namespace of a process', async () => {
    const opened = await openNetns('/proc/self/ns/net', { helper });
    expect(opened.inode).toBeGreaterThan(0n);
  });

  it.each([
    ['nothing', 'missing'],
    ['a plain file', 'isolated'],
    ['a folder', '.'],
  ])('refuses %s', async (_, name) => {
    await expect(openNetns(join(folder, name), { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
  });

  it('refuses a namespace of another kind', async () => {
    await expect(openNetns('/proc/self/ns/mnt', { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
  });
});

describe('isNetns', () => {
  it('is false for what is missing, a plain file, a folder, a pipe and another kind of namespace', async () => {
    await isolated.run(`mkfifo ${folder}/pipe`);
    const paths = [`${folder}/none`, `${folder}/isolated/x`, `${folder}/isolated`, folder, `${folder}/pipe`];
    for (const path of [...paths, '/proc/self/ns/uts']) expect(await isNetns(path, { helper })).toBe(false);
  });
});
