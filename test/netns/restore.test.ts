import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns, isNetns, restoreNetns } from '../../src/netns/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

/** What a reboot does: the mounts go, the files stay. */
async function unmount(path: string): Promise<void> {
  await isolated.run(`umount '${path}'`);
}

describe('restoring a namespace', () => {
  it('that is still there gives that one', async () => {
    const made = await createNetns({ path: join(folder, 'alive'), helper });
    const { netns, fresh } = await restoreNetns(made.path, { helper });
    expect([netns.path, netns.inode, fresh]).toEqual([made.path, made.inode, false]);
    expect((await isolated.mountsAt(made.path)).length).toBe(1);
  });

  it('of which the mount is gone makes a new one on its file', async () => {
    const made = await createNetns({ path: join(folder, 'rebooted'), helper });
    await unmount(made.path);
    expect(await isNetns(made.path, { helper })).toBe(false);
    const { netns, fresh } = await restoreNetns(made.path, { helper });
    expect(fresh).toBe(true);
    const inside = await netns.exec('readlink', ['/proc/self/ns/net']);
    expect(inside.stdout).toBe(`net:[${netns.inode}]\n`);
    expect((await isolated.mountsAt(made.path)).length).toBe(1);
    await netns.remove();
    expect(existsSync(made.path)).toBe(false);
  });

  it('of which the file is gone too makes both, and the folder', async () => {
    const path = join(folder, 'cleared/by/reboot');
    const { netns, fresh } = await restoreNetns(path, { helper });
    expect([netns.path, fresh]).toEqual([path, true]);
    expect(await isNetns(path, { helper })).toBe(true);
  });

  it('shares the folder where that is asked for', async () => {
    const dir = join(folder, 'to-be-shared');
    await restoreNetns(join(dir, 'ns'), { helper, shareFolder: true });
    expect(await isolated.mountsAt(dir)).toEqual([expect.stringContaining('shared:')]);
  });

  it('many times at the same time makes one namespace, once', async () => {
    const path = join(folder, 'rush');
    writeFileSync(path, '', { mode: 0o444 });
    const restored = await Promise.all(Array.from({ length: 16 }, () => restoreNetns(path, { helper })));
    expect(new Set(restored.map(({ netns }) => netns.inode)).size).toBe(1);
    expect(restored.filter(({ fresh }) => fresh).length).toBe(1);
    expect((await isolated.mountsAt(path)).length).toBe(1);
  });

  it.each(['a file with something in it', 'a folder', 'another kind of namespace'])(
    'refuses %s and leaves it alone',
    async (what) => {
      const path = join(folder, what);
      if (what === 'a folder') mkdirSync(path);
      else writeFileSync(path, what.startsWith('a file') ? 'precious' : '');
      if (what.startsWith('another')) await isolated.run(`mount --bind /proc/self/ns/uts '${path}'`);
      const mounts = await isolated.mountsAt(path.replaceAll(' ', '\\040'));
      await expect(restoreNetns(path, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS', value: path });
      expect(await isolated.mountsAt(path.replaceAll(' ', '\\040'))).toEqual(mounts);
      if (what.startsWith('a file')) expect(readFileSync(path, 'utf8')).toBe('precious');
    },
  );
});

describe('a namespace with a link in another folder', () => {
  const [dir, links] = [join(folder, 'namespaces'), join(folder, 'links')];

  it('has one that is named after its pod, and both go together', async () => {
    const netns = await createNetns({ dir, helper, link: { dir: links, pod: 'web' } });
    const link = netns.link ?? '';
    expect(basename(link)).toMatch(/^web-[0-9a-f]{8}$/);
    expect([readdirSync(links), readlinkSync(link)]).toEqual([[basename(link)], netns.path]);
    expect(await isNetns(link, { helper })).toBe(true);
    await netns.remove();
    expect([readdirSync(links), readdirSync(dir)]).toEqual([[], []]);
    await netns.remove();
  });

  it('is restored from the link, alive or after a reboot', async () => {
    const made = await createNetns({ dir, helper, link: { dir: links, pod: 'db' } });
    const link = made.link ?? '';
    const alive = await restoreNetns(link, { helper });
    expect([alive.netns.path, alive.netns.link, alive.netns.inode]).toEqual([made.path, link, made.inode]);
    await unmount(made.path);
    const restored = await restoreNetns(link, { helper });
    expect([restored.fresh, restored.netns.path]).toEqual([true, made.path]);
    await restored.netns.remove();
    expect([readdirSync(links), readdirSync(dir)]).toEqual([[], []]);
  });

  it('gets a new link where it is restored by its own path', async () => {
    const made = await createNetns({ dir, helper });
    const { netns } = await restoreNetns(made.path, { helper, link: { dir: links, pod: 'plain' } });
    expect(readlinkSync(netns.link ?? '')).toBe(made.path);
    await netns.remove();
    expect(readdirSync(links)).toEqual([]);
  });

  it('gets the same link again where it is restored by its own path another time', async () => {
    const made = await createNetns({ dir, helper });
    const link = { dir: links, pod: 'again' };
    const { netns } = await restoreNetns(made.path, { helper, link });
    await unmount(made.path);
    expect((await restoreNetns(made.path, { helper, link })).netns.link).toBe(netns.link);
    const another = await restoreNetns(made.path, { helper, link: { dir: links, pod: 'other' } });
    expect(readdirSync(links).map((name) => name.slice(0, 6))).toEqual(['again-', 'other-']);
    await netns.remove();
    await another.netns.remove();
    expect(readdirSync(links)).toEqual([]);
  });

  it('is as it was where its link cannot be made, and made anew later', async () => {
    const made = await createNetns({ dir, helper });
    await unmount(made.path);
    const taken = join(folder, 'no-folder-either');
    writeFileSync(taken, '');
    const failure = restoreNetns(made.path, { helper, link: { dir: taken, pod: 'web' } });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect(await isNetns(made.path, { helper })).toBe(false);
    const { netns, fresh } = await restoreNetns(made.path, { helper, link: { dir: links, pod: 'web' } });
    expect(fresh).toBe(true);
    await netns.remove();
  });

  it('gets no link where it cannot be restored', async () => {
    const file = join(folder, 'not-ours');
    writeFileSync(file, 'precious');
    const failure = restoreNetns(file, { helper, link: { dir: links, pod: 'web' } });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect(readdirSync(links)).toEqual([]);
  });

  it('does not take away a link that leads elsewhere by now', async () => {
    const netns = await createNetns({ dir, helper, link: { dir: links, pod: 'moved' } });
    const link = netns.link ?? '';
    await isolated.run(`ln -sfn /elsewhere '${link}'`);
    await netns.remove();
    expect(readlinkSync(link)).toBe('/elsewhere');
  });

  it('is not left behind where the link cannot be made', async () => {
    const taken = join(folder, 'no-folder');
    writeFileSync(taken, '', { mode: 0o444 });
    const failure = createNetns({ dir, helper, link: { dir: taken, pod: 'web' } });
    await expect(failure).rejects.toMatchObject({ code: 'ERR_NETNS', file: expect.stringContaining(taken) });
    expect(readdirSync(dir)).toEqual([]);
    await expect(createNetns({ dir, helper, link: { dir: links, pod: 'a/b' } })).rejects.toMatchObject({
      code: 'ERR_NETNS',
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is refused where the link leads to a file of somebody else', async () => {
    const [file, link] = [join(folder, 'theirs'), join(folder, 'to-theirs')];
    writeFileSync(file, 'precious');
    symlinkSync(file, link);
    await expect(restoreNetns(link, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect([readFileSync(file, 'utf8'), lstatSync(link).isSymbolicLink()]).toEqual(['precious', true]);
  });
});
