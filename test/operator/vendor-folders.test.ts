import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vendorFolders } from '../../src/operator/verbs/vendor-folders.js';
import { PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

const request = { id: 'c1', netns: '/run/netns/none' };

let networks: FixtureNetworks;
let vendor: PluginFolder;

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  vendor = await PluginFolder.create();
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
  await vendor[Symbol.asyncDispose]();
});

describe('the folders of a vendor', () => {
  it('are part of what its plugin and those who delegate to it search', async () => {
    await vendor.add('own', { ADD: { stdout: resultText() } });
    await networks.configure('a', { type: 'own', ipam: { type: 'addresses' }, delegate: { type: 'inner' } });
    const folders = new Map([
      ['own', [vendor.bin]],
      ['addresses', [vendor.root]],
      ['inner', [join(vendor.root, 'calls'), join(vendor.root, 'gone')]],
    ]);
    const operator = await networks.operator({ pluginDirs: (type) => folders.get(type) ?? [] });
    await operator.attach(request);
    await operator.detach(request);
    const searched = [vendor.bin, vendor.root, join(vendor.root, 'calls'), networks.plugins.bin].join(':');
    expect((await vendor.calls()).map(({ verb, env }) => `${verb} ${env.CNI_PATH}`)).toEqual([
      `ADD ${searched}`,
      `DEL ${searched}`,
    ]);
  });

  it.each([
    ['one of the delegates', { delegates: [{ type: 'inner' }] }],
    ['a list among the delegates', { delegates: [{ name: 'x', plugins: [{ type: 'inner' }] }] }],
    ['the ipam of a delegate', { delegate: { type: 'outer', ipam: { type: 'inner' } } }],
  ])('are searched by the plugin to which it is a vendor of %s', async (_, more) => {
    await networks.add('a', { type: 'own' });
    await networks.configure('a', { type: 'own', ...more });
    const operator = await networks.operator({
      pluginDirs: (type) => (type === 'inner' ? [vendor.bin] : []),
    });
    await operator.attach(request);
    const [call] = await networks.plugins.calls();
    expect(call?.env.CNI_PATH).toBe(`${vendor.bin}:${networks.plugins.bin}`);
  });

  it('are those of the type of the plugin, where the caller names them', async () => {
    await networks.add('a', { type: 'own' });
    await vendor.add('own', { ADD: { stdout: resultText('10.9.0.2/24') } });
    const operator = await networks.operator({ pluginDirs: (type) => (type === 'own' ? [vendor.bin] : []) });
    const attached = await operator.attach(request);
    expect(attached.networks[0]?.ipv4).toEqual(['10.9.0.2']);
  });

  it('come first, and are left out of CNI_PATH where they are there already', async () => {
    await networks.add('a', { type: 'own' });
    await vendor.add('own', { ADD: { stdout: resultText() } });
    const binDirs = [networks.plugins.bin, vendor.bin];
    const operator = await networks.operator({ binDirs, pluginDirs: () => [vendor.bin] });
    await operator.attach(request);
    expect(await networks.plugins.calls()).toEqual([]);
    expect((await vendor.calls()).map(({ env }) => env.CNI_PATH)).toEqual([binDirs.join(':')]);
  });

  it('are searched without being asked for, and named where nothing is found', async () => {
    await networks.configure('a', { type: 'gone' });
    const operator = await networks.operator();
    await expect(operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_PLUGIN_NOT_FOUND',
      message: expect.stringContaining('/opt/gone/bin/gone: not there'),
    });
    const checked = await networks.operator({ validatePlugins: true });
    expect(checked.snapshot().problems).toMatchObject([
      { hint: `put gone into one of /opt/gone/bin, ${networks.plugins.bin}` },
    ]);
  });

  it('do not exist for a type that would lead elsewhere', () => {
    expect(['bridge', '', '.', '..', 'a/b', 'a:b', 'a\0'].map(vendorFolders)).toEqual([
      ['/opt/bridge/bin'],
      [],
      [],
      [],
      [],
      [],
      [],
    ]);
  });
});
