import { chmod, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Exec, LibcniError, ProcessExec } from '../../../src/index.js';
import type { ConfStore, ConfStoreOptions } from '../../../src/operator/conf-store/index.js';
import { PluginFolder } from '../../fixtures/plugins/plugin-folder.js';
import { briefly, ConfFolder, list, names } from './harness/conf-folder.js';
import { eventually } from './harness/eventually.js';

let folder: ConfFolder;
let plugins: PluginFolder;

beforeEach(async () => {
  folder = await ConfFolder.create();
  plugins = await PluginFolder.create();
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
  await plugins[Symbol.asyncDispose]();
});

async function store(options: Partial<ConfStoreOptions> = {}): Promise<ConfStore> {
  return await folder.store({ binDirs: [plugins.bin], validatePlugins: true, ...options });
}

async function watching(options: Partial<ConfStoreOptions> = {}): Promise<ConfStore> {
  return await folder.watching({ binDirs: [plugins.bin], validatePlugins: true, ...options });
}

async function add(type: string, ...supportedVersions: string[]): Promise<string> {
  return await plugins.add(type, {
    VERSION: { stdout: JSON.stringify({ cniVersion: '1.0.0', supportedVersions }) },
  });
}

/** A `.conflist` of these plugin types; `a/b` is plugin a with addresses from b. */
function network(name: string, cniVersion: string, ...types: string[]): object {
  const configured = types.map((text) => {
    const [type, ipam] = text.split('/');
    return ipam === undefined ? { type } : { type, ipam: { type: ipam } };
  });
  return { cniVersion, name, plugins: configured };
}

describe('a network with the check of plugins', () => {
  it('is ready when every plugin is there and speaks its version', async () => {
    await add('one', '0.4.0', '1.0.0');
    await add('two', '1.0.0');
    await add('addresses', '1.0.0');
    await folder.write('a.conflist', network('a', '1.0.0', 'one/addresses', 'two'));
    const snapshot = (await store()).snapshot();
    expect([names(snapshot), snapshot.problems]).toEqual([['a'], []]);
  });

  it('is left out for a plugin that is missing, which is named with its place', async () => {
    await add('one', '1.0.0');
    const file = await folder.write('a.conflist', network('a', '1.0.0', 'one', 'gone'));
    await folder.write('b.conflist', network('b', '1.0.0', 'one/lost'));
    await folder.write('c.conf', { name: 'c', cniVersion: '1.0.0', type: 'absent', ipam: { type: 'away' } });
    await folder.write('d.conflist', network('d', '1.0.0', 'one'));
    await folder.write('d/x.conf', { type: 'dropped' });
    await folder.write('e.conflist', network('e', '1.0.0', 'one'));
    const { networks, problems, defaultNetwork } = (await store()).snapshot();
    expect([networks.map(({ name }) => name), defaultNetwork?.name]).toEqual([['e'], 'e']);
    expect(problems.map(({ code, jsonPath }) => `${code} ${jsonPath}`)).toEqual([
      'ERR_PLUGIN_NOT_FOUND $.plugins[1].type',
      'ERR_PLUGIN_NOT_FOUND $.plugins[0].ipam.type',
      'ERR_PLUGIN_NOT_FOUND $.type',
      'ERR_PLUGIN_NOT_FOUND $.ipam.type',
      'ERR_PLUGIN_NOT_FOUND undefined',
    ]);
    const [first] = problems;
    expect(first).toMatchObject({ file, reason: expect.stringContaining('gone') });
    expect(first?.hint).toBe(`put gone into one of ${plugins.bin}`);
  });

  it.each([
    ['delegate', { delegate: { type: 'gone' } }, '.delegate.type'],
    ['delegate for addresses', { delegate: { type: 'one', ipam: { type: 'gone' } } }, '.delegate.ipam.type'],
    ['one of several delegates', { delegates: [{ type: 'one' }, { type: 'gone' }] }, '.delegates[1].type'],
    [
      'delegate in a list',
      { delegates: [{ name: 'x', plugins: [{ type: 'one' }, { type: 'gone' }] }] },
      '.delegates[0].plugins[1].type',
    ],
  ])('is left out for a %s that is missing', async (_, more, path) => {
    await add('one', '1.0.0');
    const conf = { type: 'one', ...more };
    await folder.write('a.conflist', { cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }, conf] });
    await folder.write('b.conf', { cniVersion: '1.0.0', name: 'b', ...conf });
    const checked = await store();
    expect(checked.snapshot().problems).toMatchObject([
      {
        code: 'ERR_PLUGIN_NOT_FOUND',
        jsonPath: `$.plugins[1]${path}`,
        reason: expect.stringContaining('gone'),
      },
      { code: 'ERR_PLUGIN_NOT_FOUND', jsonPath: `$${path}`, reason: expect.stringContaining('gone') },
    ]);
    await add('gone', '1.0.0');
    expect(names(await checked.reload())).toEqual(['a', 'b']);
  });

  it.each(['ERR_HELPER', 'ERR_TIMEOUT'] as const)(
    'is kept while it is in use and its plugin cannot be asked for a moment (%s)',
    async (code) => {
      let isBusy = false;
      const real = new ProcessExec();
      const exec: Exec = {
        findInPath: (plugin, paths) => real.findInPath(plugin, paths),
        execPlugin: (path, ...more) =>
          isBusy && path.endsWith('/one')
            ? Promise.reject(new LibcniError(code, 'not now'))
            : real.execPlugin(path, ...more),
      };
      await add('one', '1.0.0');
      await add('two', '1.0.0');
      await folder.write('a.conflist', network('a', '1.0.0', 'one'));
      await folder.write('b.conflist', network('b', '1.0.0', 'two'));
      const checked = await store({ exec });
      isBusy = true;
      await add('one', '1.0.0');
      await folder.write('c.conflist', network('c', '1.0.0', 'one'));
      const { networks, defaultNetwork, problems } = await checked.reload();
      expect([networks.map(({ name }) => name), defaultNetwork?.name]).toEqual([['a', 'b'], 'a']);
      expect(problems.map((problem) => [problem.network, problem.code])).toEqual([
        ['a', code],
        ['c', code],
      ]);
      await plugins.add('one', { VERSION: { exitCode: 1 } });
      isBusy = false;
      expect(names(await checked.reload())).toEqual(['b']);
    },
  );

  it('can have a delegate of another version, which the plugin that delegates decides on', async () => {
    await add('meta', '1.0.0');
    await add('old', '0.3.1');
    const conf = { type: 'meta', delegate: { cniVersion: '0.3.1', type: 'old' } };
    await folder.write('a.conflist', { cniVersion: '1.0.0', name: 'a', plugins: [conf] });
    expect(names((await store()).snapshot())).toEqual(['a']);
  });

  it('is left out for a plugin of another version that is a delegate too', async () => {
    await add('meta', '1.0.0');
    await add('old', '0.3.1');
    const plugins = [{ type: 'meta', delegate: { type: 'old' } }, { type: 'old' }];
    await folder.write('a.conflist', { cniVersion: '1.0.0', name: 'a', plugins });
    expect((await store()).snapshot().problems).toMatchObject([
      { code: 'ERR_VERSION', jsonPath: '$.plugins[1].type' },
    ]);
  });

  it('is left out for a plugin of another version, with the highest common one as a hint', async () => {
    await add('new', '0.3.1', '0.4.0', '1.0.0', '1.1.0');
    await add('old', '0.3.1', '0.4.0');
    await folder.write('a.conflist', network('a', '1.0.0', 'new', 'old'));
    const { problems } = (await store()).snapshot();
    expect(problems).toEqual([
      expect.objectContaining({
        code: 'ERR_VERSION',
        jsonPath: '$.plugins[1].type',
        reason: expect.stringMatching(/plugin old .*1\.0\.0.*0\.3\.1, 0\.4\.0/),
        hint: 'the highest version that all plugins of this network support is 0.4.0',
      }),
    ]);
  });

  it('is reported if its plugins have no version in common', async () => {
    await add('new', '1.1.0');
    await add('old', '0.2.0');
    await folder.write('a.conflist', network('a', '1.1.0', 'new', 'old'));
    expect((await store()).snapshot().problems).toMatchObject([
      { hint: 'the plugins of this network have no version in common' },
    ]);
  });

  it('is left out for a version that the library does not speak', async () => {
    await add('future', '9.0.0');
    await folder.write('a.conflist', network('a', '9.0.0', 'future'));
    expect((await store()).snapshot().problems).toMatchObject([
      { code: 'ERR_VERSION', jsonPath: '$.cniVersion' },
    ]);
  });

  it('is left out for a plugin that cannot be run, or that says nothing', async () => {
    await chmod(await add('locked', '1.0.0'), 0o644);
    await plugins.add('mute', { VERSION: { exitCode: 1, stderr: 'no idea' } });
    await folder.write('a.conflist', network('a', '1.0.0', 'locked'));
    await folder.write('b.conflist', network('b', '1.0.0', 'mute'));
    const snapshot = (await store()).snapshot();
    expect(briefly(snapshot)).toEqual(['a.conflist ERR_PERMISSION', 'b.conflist ERR_VERSION']);
    expect(snapshot.problems[1]?.reason).toContain('plugin mute');
  });

  it('keeps its name from the next file even while it is not ready', async () => {
    await add('one', '1.0.0');
    await folder.write('a.conflist', network('same', '1.0.0', 'gone'));
    await folder.write('b.conflist', network('same', '1.0.0', 'one'));
    const snapshot = (await store()).snapshot();
    expect([names(snapshot), briefly(snapshot)]).toEqual([
      [],
      ['a.conflist ERR_PLUGIN_NOT_FOUND', 'b.conflist ERR_CONFLICT'],
    ]);
  });

  it('is refused under the policy strict', async () => {
    await folder.write('a.conflist', network('a', '1.0.0', 'gone'));
    await expect(store({ policy: 'strict' })).rejects.toMatchObject({
      code: 'ERR_PLUGIN_NOT_FOUND',
      errors: [{ plugin: 'gone', network: 'a' }],
    });
  });

  it('is loaded without any plugin where they are not checked', async () => {
    await folder.write('a.conflist', network('a', '1.0.0', 'gone'));
    expect(names((await store({ validatePlugins: false })).snapshot())).toEqual(['a']);
  });

  it('finds plugins in the folders of their vendors first', async () => {
    await using vendor = await PluginFolder.create();
    await add('one', '0.3.1');
    await vendor.add('one', {
      VERSION: { stdout: JSON.stringify({ cniVersion: '1.0.0', supportedVersions: ['1.0.0'] }) },
    });
    await folder.write('a.conflist', network('a', '1.0.0', 'one'));
    const pluginDirs = (type: string) => (type === 'one' ? [vendor.bin] : []);
    expect(names((await store({ pluginDirs })).snapshot())).toEqual(['a']);
    expect([await vendor.order(), await plugins.order()]).toEqual([['VERSION one'], []]);
  });
});

describe('the versions of a plugin', () => {
  it('are asked for once, whatever the networks and reloads, through the given CNIConfig', async () => {
    await add('one', '1.0.0');
    for (const name of ['a', 'b', 'c']) {
      await folder.write(`${name}.conflist`, network(name, '1.0.0', 'one'));
    }
    const checked = await store({ cni: plugins.cni() });
    await folder.write('d.conflist', network('d', '1.0.0', 'one'));
    expect(names(await checked.reload())).toEqual(['a', 'b', 'c', 'd']);
    expect(await plugins.order()).toEqual(['VERSION one']);
  });

  it('are asked for again when its file has changed', async () => {
    await folder.write('a.conflist', network('a', '1.0.0', 'one'));
    const file = await add('one', '0.4.0');
    const checked = await store();
    expect(names(checked.snapshot())).toEqual([]);
    await add('one', '1.0.0');
    await utimes(file, 1, 1);
    expect(names(await checked.reload())).toEqual(['a']);
  });
});

describe('watching plugins', () => {
  it('makes a network ready when its plugin arrives, and takes it back when it goes', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const watched = await watching();
    expect(briefly(watched)).toEqual(['a.conflist ERR_PLUGIN_NOT_FOUND']);
    const file = await add('one', '1.0.0');
    await eventually('the network is ready', () => names(watched.snapshot()).includes('a'));
    expect(watched.problems).toEqual([]);
    await rm(file);
    await eventually('the network is not ready', () => names(watched.snapshot()).length === 0);
  });

  it('notices a folder of plugins that is made later, with the folders above it', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const later = join(folder.root, 'opt', 'cni', 'bin');
    const watched = await watching({ binDirs: [later] });
    await add('one', '1.0.0');
    await folder.write('../opt/cni/mark', '');
    await rename(plugins.bin, later);
    await eventually('the network is ready', () => names(watched.snapshot()).includes('a'));
    await rename(later, plugins.bin);
    await eventually('the network is not ready', () => names(watched.snapshot()).length === 0);
  });

  it('notices a plugin that arrives in the folder of its vendor', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const none = join(folder.root, 'none');
    const watched = await watching({ binDirs: [none], pluginDirs: () => [plugins.bin] });
    await add('one', '1.0.0');
    await eventually('the network is ready', () => names(watched.snapshot()).includes('a'));
  });

  it('notices a plugin that becomes executable', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const file = await add('one', '1.0.0');
    await chmod(file, 0o644);
    const watched = await watching();
    expect(briefly(watched)).toEqual(['a.conflist ERR_PERMISSION']);
    await chmod(file, 0o755);
    await eventually('the network is ready', () => names(watched.snapshot()).includes('a'));
  });

  it('notices a plugin that may not be executed any more', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const file = await add('one', '1.0.0');
    const watched = await watching();
    expect(names(watched.snapshot())).toEqual(['a']);
    await chmod(file, 0o644);
    await eventually('the problem is noticed', () => briefly(watched)[0] === 'a.conflist ERR_PERMISSION');
  });

  it('asks a plugin that failed again, with the poll alone', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const mark = join(folder.root, 'works');
    const stdout = JSON.stringify({ cniVersion: '1.0.0', supportedVersions: ['1.0.0'] });
    await plugins.add('one', { VERSION: { shell: `test -e ${mark} || exit 1`, stdout } });
    const watched = await watching({ pollMs: 50 });
    expect(briefly(watched)).toEqual(['a.conflist ERR_VERSION']);
    await writeFile(mark, '');
    await eventually('the network is ready', () => names(watched.snapshot()).includes('a'));
  });

  it('ends a plugin that is being asked when the store is disposed of', async () => {
    await folder.write('a.conflist', list('a', { plugins: [{ type: 'one' }] }));
    const watched = await watching();
    await plugins.add('one', { VERSION: { shell: 'sleep 60' } });
    await eventually('the plugin runs', async () => (await plugins.order()).length > 0);
    const started = performance.now();
    await watched[Symbol.asyncDispose]();
    expect(performance.now() - started).toBeLessThan(8000);
  });
});
