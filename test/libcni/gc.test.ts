import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryName } from '../../src/files/temporary-name.js';
import { type Exec, type GcOptions, HelperExec, type LibcniAggregateError } from '../../src/index.js';
import { abandonedName } from '../files/harness/altered-name.js';
import { firstResult, listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('GC', () => {
  const list = listOfTypes(['one'], { cniVersion: '1.1.0' });

  async function attach(...ids: string[]): Promise<void> {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    for (const containerId of ids) {
      await plugins.cni.addNetworkList(list, { ...rt, containerId, args: [['K', containerId]] });
    }
  }

  it('removes what is not valid, with its own arguments, and tells the plugins what is', async () => {
    await attach('a', 'b', 'c');
    const { stale } = await plugins.cni.gcNetworkList(
      list,
      { validAttachments: [{ containerId: 'b', ifName: 'eth0' }] },
      { concurrency: 1 },
    );
    expect(stale.map(({ containerId }) => containerId)).toEqual(['a', 'c']);
    const calls = (await plugins.folder.calls()).slice(3);
    expect(calls.map(({ verb, env }) => `${verb} ${env.CNI_CONTAINERID} ${env.CNI_ARGS}`)).toEqual([
      'DEL a K=a',
      'DEL c K=c',
      'GC  ',
    ]);
    const valid = [{ containerID: 'b', ifname: 'eth0' }];
    expect(JSON.parse(calls[2]?.stdin ?? '')).toMatchObject({
      'cni.dev/valid-attachments': valid,
      'cni.dev/attachments': valid,
    });
    expect((await plugins.cni.getCachedAttachments()).map(({ containerId }) => containerId)).toEqual(['b']);
  });

  it('leaves other networks alone', async () => {
    await attach('a');
    await plugins.cni.gcNetworkList({ ...list, name: 'other' }, { validAttachments: [] });
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  });

  it('removes the temporary files of the cache that nobody writes any more', async () => {
    const { cacheDir } = plugins.folder;
    await attach('a');
    const [old, fresh] = [abandonedName(), temporaryName()];
    for (const name of [old, fresh]) await writeFile(join(cacheDir, name), '{');
    await plugins.cni.gcNetworkList(list, { validAttachments: [] }, { dryRun: true });
    expect(await readdir(cacheDir)).toContain(old);
    await plugins.cni.gcNetworkList(list, { validAttachments: [] });
    expect((await readdir(cacheDir)).sort()).toEqual([fresh, 'results']);
  });

  it('only says what it would do in a dry run', async () => {
    await attach('a');
    const { stale } = await plugins.cni.gcNetworkList(list, { validAttachments: [] }, { dryRun: true });
    expect(stale).toHaveLength(1);
    expect(await plugins.folder.order()).toEqual(['ADD one']);
  });

  it.each([
    undefined,
    {},
    { validAttachments: undefined },
    { validAttachments: 'all' },
    { validAttachments: [{ containerID: 'a', ifName: 'eth0' }] },
    { validAttachments: [{ containerId: 'a', ifname: 'eth0' }] },
  ])('refuses %j for the valid attachments', async (args) => {
    await attach('a');
    await expect(plugins.cni.gcNetworkList(list, args as never)).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
    });
    expect(await plugins.folder.order()).toEqual(['ADD one']);
  });

  it('goes on over failures and throws all of them', async () => {
    await attach('a', 'b');
    await plugins.folder.add('one', { DEL: { exitCode: 1 }, GC: { exitCode: 2 } });
    const error: LibcniAggregateError = await plugins.cni
      .gcNetworkList(list, { validAttachments: [] })
      .catch((e) => e);
    expect(error.errors).toMatchObject([
      { verb: 'DEL', containerId: 'a' },
      { verb: 'DEL', containerId: 'b' },
      { verb: 'GC', exitCode: 2 },
    ]);
  });

  describe('of many containers', () => {
    /** Takes down two interfaces of each of three containers and says what began and ended, in order. */
    async function takeDown(options?: GcOptions): Promise<string[]> {
      const log = join(plugins.folder.root, 'log');
      const note = (what: string) => `echo "${what} $CNI_CONTAINERID $CNI_IFNAME" >> '${log}'`;
      const shell = [note('begin'), 'sleep 0.2', note('end')].join('\n');
      await plugins.folder.add('one', { ADD: { stdout: firstResult }, DEL: { shell } });
      for (const containerId of ['a', 'b', 'c']) {
        for (const ifName of ['eth0', 'eth1']) {
          await plugins.cni.addNetworkList(list, { ...rt, containerId, ifName });
        }
      }
      await plugins.cni.gcNetworkList(list, { validAttachments: [] }, options);
      return (await readFile(log, 'utf8')).trim().split('\n');
    }

    /** The most that ran at a time, of those whose lines match. */
    function mostAtOnce(lines: readonly string[], pattern: RegExp): number {
      let running = 0;
      const counts = lines
        .filter((line) => pattern.test(line))
        .map((line) => {
          running += line.startsWith('begin') ? 1 : -1;
          return running;
        });
      return Math.max(...counts);
    }

    it('takes down so many at a time, and the interfaces of one in turn', async () => {
      const lines = await takeDown({ concurrency: 2 });
      expect(lines).toHaveLength(12);
      expect(mostAtOnce(lines, /./)).toBe(2);
      expect(mostAtOnce(lines, / a /)).toBe(1);
      expect(lines.filter((line) => /begin a/.test(line))).toEqual(['begin a eth0', 'begin a eth1']);
    });

    it('takes down several at a time unless told otherwise', async () => {
      expect(mostAtOnce(await takeDown(), /./)).toBe(3);
    });

    it('removes them in the order of the cache if it is one at a time', async () => {
      const lines = await takeDown({ concurrency: 1 });
      expect(lines.filter((line) => line.startsWith('begin'))).toEqual(
        ['a', 'b', 'c'].flatMap((id) => [`begin ${id} eth0`, `begin ${id} eth1`]),
      );
      expect(mostAtOnce(lines, /./)).toBe(1);
    });

    it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2'])(
      'refuses %j for the concurrency',
      async (concurrency) => {
        await attach('a');
        const collected = plugins.cni.gcNetworkList(list, { validAttachments: [] }, {
          concurrency,
        } as GcOptions);
        await expect(collected).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', value: concurrency });
        expect(await plugins.folder.order()).toEqual(['ADD one']);
      },
    );
  });

  describe('that is aborted', () => {
    it('says so once, no matter what it had to remove', async () => {
      await attach('a', 'b', 'c');
      const signal = AbortSignal.abort(new Error('early'));
      const collected = plugins.cni.gcNetworkList(list, { validAttachments: [] }, { signal });
      await expect(collected).rejects.toMatchObject({
        name: 'LibcniError',
        code: 'ERR_ABORTED',
        verb: 'GC',
        network: 'net',
        containerId: undefined,
        cause: { message: 'early' },
      });
      expect(await plugins.folder.order()).toEqual(['ADD one', 'ADD one', 'ADD one']);
    });

    it('still tells what had failed before, and begins nothing further', async () => {
      await attach('a', 'b', 'c', 'd');
      const controller = new AbortController();
      const stop = join(plugins.folder.root, 'stop');
      const shell = `case $CNI_CONTAINERID in c) touch '${stop}'; sleep 30 ;; *) exit 7 ;; esac`;
      await plugins.folder.add('one', { DEL: { shell } });
      const { signal } = controller;
      const options = { signal, concurrency: 1 };
      const collected = plugins.cni.gcNetworkList(list, { validAttachments: [] }, options).catch((e) => e);
      await expect.poll(() => existsSync(stop), { timeout: 10_000 }).toBe(true);
      controller.abort();
      expect(await collected).toMatchObject({
        name: 'LibcniAggregateError',
        errors: [
          { name: 'PluginError', containerId: 'a', exitCode: 7 },
          { name: 'PluginError', containerId: 'b', exitCode: 7 },
          { name: 'LibcniError', containerId: 'c', code: 'ERR_ABORTED', verb: 'DEL' },
        ],
      });
      expect((await plugins.folder.order()).slice(4)).toEqual(['DEL one', 'DEL one', 'DEL one']);
    });
  });

  it('goes on where an Exec has a limit of its own', async () => {
    await attach('a', 'b');
    const helper = new HelperExec();
    const exec: Exec = {
      findInPath: (plugin, path) => helper.findInPath(plugin, path),
      execPlugin: (path, stdin, env, options) => {
        const isStuck = env.CNI_CONTAINERID === 'a';
        return helper.execPlugin(path, stdin, env, isStuck ? { timeoutMs: 1 } : options);
      },
    };
    await plugins.folder.add('one', { DEL: { shell: 'sleep 0.1' } });
    const collected = plugins.folder.cni(exec).gcNetworkList(list, { validAttachments: [] });
    await expect(collected).rejects.toMatchObject({ errors: [{ containerId: 'a', code: 'ERR_TIMEOUT' }] });
    expect((await plugins.cni.getCachedAttachments()).map(({ containerId }) => containerId)).toEqual(['a']);
  });

  it('does nothing with disableGC, and runs no GC of plugins before 1.1.0', async () => {
    await attach('a');
    await plugins.cni.gcNetworkList({ ...list, disableGC: true }, { validAttachments: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one']);
    await plugins.cni.gcNetworkList({ ...list, cniVersion: '1.0.0' }, { validAttachments: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
  });
});
