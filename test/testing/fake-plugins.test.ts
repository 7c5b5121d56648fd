import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CNIConfig, CNIOperator, networkConf, PluginError, ProcessExec } from '../../src/index.js';
import { FakePlugins } from '../../src/testing/index.js';

const rt = { containerId: 'c1', netns: '/run/netns/none', ifName: 'eth0' };
const web = networkConf({
  name: 'web',
  cniVersion: '1.0.0',
  plugins: [
    { type: 'bridge', isGateway: true },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-testing-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function cniOf(plugins: FakePlugins): CNIConfig {
  return new CNIConfig({ path: [plugins.folder], cacheDir: join(folder, 'cache'), exec: plugins });
}

describe('fake plugins', () => {
  it('record how they are called, and answer by themselves', async () => {
    await using plugins = await FakePlugins.create({ plugins: { bridge: {}, portmap: {} } });
    const cni = cniOf(plugins);
    const portMappings = [{ hostPort: 8080, containerPort: 80 }];
    const result = await cni.addNetworkList(web, { ...rt, capabilityArgs: { portMappings } });
    expect(result).toMatchObject({
      interfaces: [{ name: 'eth0', sandbox: '/run/netns/none' }],
      ips: [{ address: '192.0.2.2/24', gateway: '192.0.2.1' }],
    });
    await cni.checkNetworkList(web, rt);
    await cni.delNetworkList(web, rt);
    const order = plugins.calls.map(({ verb, plugin }) => `${verb} ${plugin}`);
    expect(order).toEqual([
      'ADD bridge',
      'ADD portmap',
      'CHECK bridge',
      'CHECK portmap',
      'DEL portmap',
      'DEL bridge',
    ]);
    expect(plugins.calls[1]).toMatchObject({
      containerId: 'c1',
      ifName: 'eth0',
      config: { type: 'portmap', runtimeConfig: { portMappings }, prevResult: result },
    });
  });

  it.each(['0.1.0', '0.4.0', '1.1.0'] as const)(
    'answer in version %s where that is configured',
    async (cniVersion) => {
      await using plugins = await FakePlugins.create({ plugins: { bridge: {} } });
      const list = networkConf({ name: 'old', cniVersion, plugins: [{ type: 'bridge' }] });
      const result: object = await cniOf(plugins).addNetworkList(list, rt);
      expect(result).toMatchObject({ cniVersion });
      expect(Object.hasOwn(result, 'ip4')).toBe(cniVersion === '0.1.0');
    },
  );

  it('answer what a test says, also by a function', async () => {
    const result = { cniVersion: '1.0.0', ips: [{ address: '10.9.8.7/16' }] };
    await using plugins = await FakePlugins.create({
      plugins: {
        bridge: { ADD: ({ containerId }) => (containerId === 'c1' ? { result } : {}) },
        portmap: {},
      },
    });
    expect(await cniOf(plugins).addNetworkList(web, rt)).toMatchObject(result);
  });

  it('fail as real ones do, and the library takes down what was made', async () => {
    const error = { code: 11, msg: 'no address is free', details: 'try again later' };
    await using plugins = await FakePlugins.create({ plugins: { bridge: {}, portmap: { ADD: { error } } } });
    const failed = await cniOf(plugins)
      .addNetworkList(web, rt)
      .catch((thrown: unknown) => thrown);
    expect(failed).toBeInstanceOf(PluginError);
    expect(failed).toMatchObject({ ...error, reason: 'reported', plugin: 'portmap', containerId: 'c1' });
    expect(plugins.calls.map(({ verb }) => verb)).toEqual(['ADD', 'ADD', 'DEL', 'DEL']);
  });

  it('take their time, and are ended like real ones', async () => {
    await using plugins = await FakePlugins.create({
      plugins: { bridge: { ADD: { delayMs: 60_000 } }, portmap: {} },
    });
    const adding = (limits: object) => cniOf(plugins).addNetworkList(web, rt, limits);
    await expect(adding({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT', plugin: 'bridge' });
    await expect(adding({ signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  });

  it('are found by an operator that looks whether they are installed', async () => {
    await using plugins = await FakePlugins.create({ plugins: { bridge: {}, portmap: {} } });
    const { folder: bin } = plugins;
    const options = { networks: [web], sources: [], binDirs: [bin], cacheDir: folder, exec: plugins };
    await using operator = await CNIOperator.create({ ...options, loopback: 'none' });
    expect(await operator.status()).toMatchObject({ ready: true });
    expect(await operator.attach({ id: 'c1', netns: rt.netns })).toMatchObject({
      networks: [{ name: 'web', ipv4: ['192.0.2.2'] }],
    });
    await operator.detach({ id: 'c1' });
    expect(plugins.calls.map(({ verb }) => verb)).toEqual(expect.arrayContaining(['ADD', 'DEL']));
  });

  it('say what is wrong where somebody runs their stand-in, and where one is missing', async () => {
    await using plugins = await FakePlugins.create({ plugins: { bridge: {} } });
    const real = new CNIConfig({ path: [plugins.folder], cacheDir: folder, exec: new ProcessExec() });
    const one = networkConf({ name: 'one', cniVersion: '1.0.0', plugins: [{ type: 'bridge' }] });
    await expect(real.addNetworkList(one, rt)).rejects.toThrow(
      /bridge is a fake plugin: pass .* as the option exec/,
    );
    await expect(cniOf(plugins).addNetworkList(web, rt)).rejects.toThrow(
      /no fake plugin "portmap"; there are: bridge/,
    );
    const bad = FakePlugins.create({ plugins: { '../bridge': {} } });
    await expect(bad).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', value: '../bridge' });
  });
});
