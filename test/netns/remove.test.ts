import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns, isNetns, openNetns, removeNetns } from '../../src/netns/index.js';
import { until } from '../integration/harness/eventually.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

describe('removing a namespace', () => {
  it('takes mount and file away, and can be repeated', async () => {
    const netns = await createNetns({ path: join(folder, 'twice'), helper });
    await netns.remove();
    expect(await isolated.mountsAt(netns.path)).toEqual([]);
    expect(existsSync(netns.path)).toBe(false);
    await netns.remove();
    await netns[Symbol.asyncDispose]();
  });

  it('at the end of a scope is what disposal does', async () => {
    const netns = await createNetns({ path: join(folder, 'scope'), helper });
    await netns[Symbol.asyncDispose]();
    expect(existsSync(netns.path)).toBe(false);
  });

  it('peels mounts that are stacked on the file', async () => {
    const netns = await createNetns({ path: join(folder, 'stacked'), helper });
    for (let count = 0; count < 3; count++) await isolated.run(`mount --bind ${netns.path} ${netns.path}`);
    expect((await isolated.mountsAt(netns.path)).length).toBe(4);
    await netns.remove();
    expect(await isolated.mountsAt(netns.path)).toEqual([]);
    expect(existsSync(netns.path)).toBe(false);
  });

  it('takes another one off that was mounted over it', async () => {
    const links = join(folder, 'links-of-covered');
    const netns = await createNetns({
      dir: join(folder, 'covered'),
      helper,
      link: { dir: links, pod: 'web' },
    });
    const other = await createNetns({ path: join(folder, 'other'), helper });
    await isolated.run(`mount --bind ${other.path} ${netns.path}`);
    await netns.remove();
    expect(await isolated.mountsAt(netns.path)).toEqual([]);
    expect([existsSync(netns.path), readdirSync(links)]).toEqual([false, []]);
    expect(await isNetns(other.path, { helper })).toBe(true);
    await netns.remove();
  });

  it('leaves two others alone that are stacked in its place', async () => {
    const first = await createNetns({ path: join(folder, 'replaced'), helper });
    const others = await Promise.all(
      ['second', 'third'].map((name) => createNetns({ path: join(folder, name), helper })),
    );
    await removeNetns(first.path, { helper });
    writeFileSync(first.path, '', { mode: 0o444 });
    for (const { path } of others) await isolated.run(`mount --bind ${path} ${first.path}`);
    await first.remove();
    expect((await isolated.mountsAt(first.path)).length).toBe(2);
  });

  it('keeps its link where it failed, for another attempt', async () => {
    const links = join(folder, 'links-of-failed');
    const netns = await createNetns({
      dir: join(folder, 'failed'),
      helper,
      link: { dir: links, pod: 'web' },
    });
    await isolated.run(`mount --bind /proc/self/ns/uts ${netns.path}`);
    await expect(netns.remove()).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect(readdirSync(links)).toHaveLength(1);
    await isolated.run(`umount ${netns.path}`);
    await netns.remove();
    expect([existsSync(netns.path), readdirSync(links)]).toEqual([false, []]);
  });

  it('does not wait for the programs inside', async () => {
    const netns = await createNetns({ path: join(folder, 'busy'), helper });
    const started = join(folder, 'started');
    const running = netns.exec('sh', ['-c', `touch ${started}; exec sleep 60`], { timeoutMs: 3000 });
    const outcome = expect(running).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await until(() => existsSync(started));
    await netns.remove();
    expect(existsSync(netns.path)).toBe(false);
    await outcome;
  });

  it('leaves the namespace alone that has taken its place', async () => {
    const first = await createNetns({ path: join(folder, 'place'), helper });
    await removeNetns(first.path, { helper });
    // Its number is free to be given again by then.
    await sleep(200);
    const second = await createNetns({ path: join(folder, 'place'), helper });
    await first.remove();
    expect(await isNetns(second.path, { helper })).toBe(true);
    await second.remove();
    expect(existsSync(second.path)).toBe(false);
  });

  it('takes the empty file away that a reboot leaves', async () => {
    for (const mode of [0o444, 0o000]) {
      const path = join(folder, `rebooted${mode}`);
      writeFileSync(path, '', { mode });
      await removeNetns(path, { helper });
      expect(existsSync(path)).toBe(false);
    }
  });

  it('takes the file away that was under it, whatever its mode', async () => {
    const path = join(folder, 'of-others');
    await isolated.run(`touch ${path} && mount --bind /proc/self/ns/net ${path}`);
    await removeNetns(path, { helper });
    expect(existsSync(path)).toBe(false);
  });
});

describe('a link that was made with a namespace', () => {
  const [dir, links] = [join(folder, 'linked'), join(folder, 'links')];
  const make = async () => await createNetns({ dir, helper, link: { dir: links, pod: 'web' } });

  it('leads to what is removed, and goes with it', async () => {
    const { link = '' } = await make();
    await removeNetns(link, { helper });
    expect([readdirSync(dir), readdirSync(links)]).toEqual([[], []]);
    await removeNetns(link, { helper });
  });

  it('goes where the namespace is gone already', async () => {
    const { link = '', path } = await make();
    await removeNetns(path, { helper });
    await removeNetns(link, { helper });
    expect(readdirSync(links)).toEqual([]);
  });

  it('is opened as the namespace that it leads to', async () => {
    const made = await make();
    const opened = await openNetns(made.link ?? '', { helper });
    expect([opened.path, opened.link, opened.inode]).toEqual([made.path, made.link, made.inode]);
    await opened.remove();
    expect([readdirSync(dir), readdirSync(links)]).toEqual([[], []]);
  });

  it('stays where it leads to a file of somebody else', async () => {
    const [file, link] = [join(folder, 'theirs'), join(links, 'web-0123abcd')];
    writeFileSync(file, 'precious');
    symlinkSync(file, link);
    await expect(removeNetns(link, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS', value: link });
    expect([readFileSync(file, 'utf8'), readdirSync(links)]).toEqual(['precious', ['web-0123abcd']]);
  });
});

describe('a namespace that a mount over its folder hides', () => {
  const hide = async (dir: string) => {
    const netns = await createNetns({ path: join(dir, 'hidden'), helper });
    // Each of the two has its own mount of the namespace then, and unmounting one does not reach the other.
    await isolated.run(`mount --rbind ${dir} ${dir}`);
    return netns;
  };

  it('goes all the same, with all its mounts', async () => {
    const netns = await hide(join(folder, 'doubled'));
    expect((await isolated.mountsAt(netns.path)).length).toBe(2);
    await netns.remove();
    expect(existsSync(netns.path)).toBe(false);
    expect(await isolated.mountsAt(netns.path)).toEqual([]);
  });
});

describe('removal refuses, and leaves alone,', () => {
  it('a file with something in it', async () => {
    const path = join(folder, 'mine');
    writeFileSync(path, 'precious');
    await expect(removeNetns(path, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS', value: path });
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it.each([0o600, 0o644, 0o200])('an empty file that may be written to (%o)', async (mode) => {
    const path = join(folder, `writable${mode}`);
    writeFileSync(path, '', { mode });
    await expect(removeNetns(path, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS', value: path });
    expect(existsSync(path)).toBe(true);
  });

  it('a folder', async () => {
    const path = join(folder, 'folder');
    mkdirSync(path);
    await expect(removeNetns(path, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect(existsSync(path)).toBe(true);
  });

  it('a link, and what it points to', async () => {
    const netns = await createNetns({ path: join(folder, 'target'), helper });
    const link = join(folder, 'link');
    symlinkSync(netns.path, link);
    await expect(removeNetns(link, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(await isNetns(netns.path, { helper })).toBe(true);
  });

  it('a link to an empty file', async () => {
    const [file, link] = [join(folder, 'empty'), join(folder, 'link-to-empty')];
    writeFileSync(file, '');
    symlinkSync(file, link);
    await expect(removeNetns(link, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect([existsSync(file), lstatSync(link).isSymbolicLink()]).toEqual([true, true]);
  });

  it('a namespace of another kind', async () => {
    const path = join(folder, 'uts');
    await isolated.run(`touch ${path} && mount --bind /proc/self/ns/uts ${path}`);
    await expect(removeNetns(path, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect((await isolated.mountsAt(path)).length).toBe(1);
  });

  it('another file that is mounted there, empty as it may be', async () => {
    const path = join(folder, 'mounted');
    await isolated.run(`touch ${path} ${path}.source && mount --bind ${path}.source ${path}`);
    await expect(removeNetns(path, { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    expect((await isolated.mountsAt(path)).length).toBe(1);
  });
});
