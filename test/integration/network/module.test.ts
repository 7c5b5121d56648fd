import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NetworkModule, networkMode, readNetworkSettings } from '../../../src/index.js';
import { until } from '../harness/eventually.js';
import { libcniFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { linkNames, showLink } from '../harness/links.js';
import { ping } from '../harness/ping.js';
import { pluginDir } from '../harness/plugin-dirs.js';
import { firewall, portmap } from '../harness/plugins.js';
import { readGreeting, startGreeter } from '../harness/server.js';
import { confDir, configure, gatewayBridge, remains, sideBridge } from '../operator/harness/operators.js';

const lab = useLab();

async function init(networkPlugin = 'cni'): Promise<NetworkModule> {
  const module = await NetworkModule.init({
    networkPlugin,
    confDir: confDir(lab),
    cacheDir: lab.cacheDir,
    binPath: `/nowhere;${pluginDir}`,
  });
  lab.defer(() => module.exit());
  return module;
}

describe('type native', () => {
  it('makes a network, attaches a container with its ports, and keeps both through a restart of the host program', async () => {
    const module = await init();
    expect(await module.ready('native')).toBe(false);
    const { name } = await module.confCreate('native', { subnet: '10.210.7.5/24' });
    expect(name).toBe('isula-br0');
    expect(await module.ready('native')).toBe(true);
    expect(await module.exist('native', name)).toBe(true);
    const list = await module.confList('native', { plugin: ['port'] });
    expect(list).toEqual([{ name, version: '1.0.0', plugins: ['bridge', 'portmap', 'firewall'] }]);
    expect(JSON.parse(await module.confInspect('native', name))).toMatchObject({
      plugins: [{ ipam: { ranges: [[{ subnet: '10.210.7.0/24' }]] } }, {}, {}],
    });

    const pod = await lab.pod();
    const settingsFile = join(lab.folder, 'network_settings.json');
    const bare = { podId: pod.id, netnsPath: pod.path, name: 'web', extraNets: [{ name }], settingsFile };
    const conf = module.insertPortmapping([{ hostPort: 18090, containerPort: 80 }], bare);
    const attached = await module.attach(conf, 'native');
    expect(attached).toEqual([
      {
        name,
        interface: 'eth0',
        ips: ['10.210.7.2/24'],
        gateway: ['10.210.7.1'],
        mac: (await showLink('eth0', pod.path)).address,
      },
    ]);
    await startGreeter(lab, pod, { port: 80, text: 'native' });
    expect(await readGreeting(undefined, '127.0.0.1', 18090)).toBe('native');
    expect(readNetworkSettings(settingsFile)).toMatchObject({
      Activation: true,
      SandboxKey: pod.path,
      IPAddress: '10.210.7.2',
      CNIPorts: [{ hostPort: 18090, containerPort: 80, protocol: 'tcp' }],
    });

    const restarted = await init();
    await restarted.containerListAdd('native', name, pod.id);
    expect(await restarted.attach(conf, 'native')).toEqual(attached);
    expect((await libcniFailure(restarted.confRm('native', name))).code).toBe('ERR_IN_USE');
    await restarted.detach(conf, 'native');
    await restarted.detach(conf, 'native');
    expect(readNetworkSettings(settingsFile)).toMatchObject({
      Activation: false,
      SandboxKey: pod.path,
      IPAddress: '',
      CNIPorts: [{ hostPort: 18090 }],
    });
    expect(await restarted.confRm('native', name)).toBe(name);
    await rm(settingsFile);
    expect(await lab.leftovers()).toEqual([]);
  });

  it('attaches to several networks in order, or to none of them', async () => {
    const module = await init('');
    for (const name of ['one', 'two']) await module.confCreate('native', { name });
    const pod = await lab.pod();
    const conf = { podId: pod.id, netnsPath: pod.path, extraNets: [{ name: 'one' }, { name: 'two' }] };
    expect((await module.attach(conf, 'native')).map((one) => [one.name, one.interface])).toEqual([
      ['one', 'eth0'],
      ['two', 'eth1'],
    ]);
    await module.detach(conf, 'native');
    const bad = { ...conf, extraNets: [{ name: 'one' }, { name: 'three' }] };
    expect(await libcniFailure(module.attach(bad, 'native'))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      network: 'three',
    });
    const fixed = { ...conf, args: { IP: '10.9.9.9' } };
    expect((await libcniFailure(module.attach(fixed, 'native'))).message).toContain('exactly one network');
    expect(await pod.addedLinks()).toEqual([]);
    for (const name of ['one', 'two']) await module.confRm('native', name);
    expect(await lab.leftovers()).toEqual([]);
  });
});

describe('type cri', () => {
  it('attaches extra networks in their order and the default network last', async () => {
    await configure(lab, '10-default', [gatewayBridge(lab, 211), portmap, firewall]);
    await configure(lab, '20-side', [sideBridge(lab, 212)]);
    const module = await init();
    await module.confCreate('native', { name: 'aaa' });
    expect(await module.ready('cri')).toBe(true);
    const pod = await lab.pod();
    const conf = {
      podId: pod.id,
      netnsPath: pod.path,
      name: 'pod',
      ns: 'default',
      extraNets: [{ name: '20-side', interface: 'eth1' }],
    };
    const attached = await module.attach(conf, 'cri');
    expect(attached.map((one) => [one.name, one.interface])).toEqual([
      ['20-side', 'eth1'],
      ['10-default', 'eth0'],
    ]);
    expect(attached[1]?.ips).toHaveLength(2);
    await ping(pod.path, attached[1]?.gateway[0] ?? '');
    const checked = await module.check({ ...conf, name: '20-side', defaultInterface: 'eth1' }, 'cri');
    expect(checked).toEqual([attached[0]]);
    expect(await module.check({ ...conf, name: undefined }, 'cri')).toEqual([attached[1]]);
    await module.detach(conf, 'cri');
    expect(await pod.addedLinks()).toEqual([]);
    await module.confRm('native', 'aaa');
    expect(await remains(lab)).toEqual([]);
  });

  it('lets an extra network on the default interface take the place of the default network', async () => {
    await configure(lab, '10-default', [gatewayBridge(lab, 211)]);
    await configure(lab, '20-side', [sideBridge(lab, 212)]);
    const module = await init();
    const pod = await lab.pod();
    const conf = { podId: pod.id, netnsPath: pod.path, extraNets: [{ name: '20-side', interface: 'eth0' }] };
    expect((await module.attach(conf, 'cri')).map((one) => [one.name, one.interface])).toEqual([
      ['20-side', 'eth0'],
    ]);
    await module.detach(conf, 'cri');
    for (const [name, code] of [
      ['10-default', 'ERR_CONFLICT'],
      ['nosuch', 'ERR_NOT_FOUND'],
    ] as const) {
      const bad = { ...conf, extraNets: [{ name, interface: 'eth1' }] };
      expect(await libcniFailure(module.attach(bad, 'cri'))).toMatchObject({ code, network: name });
    }
    expect(await remains(lab)).toEqual([]);
  });

  it('is not ready when the last configuration is gone', async () => {
    const module = await init();
    expect(await module.ready('cri')).toBe(false);
    await mkdir(confDir(lab), { recursive: true });
    await writeFile(
      join(confDir(lab), 'net.conf'),
      JSON.stringify({ cniVersion: '0.4.0', name: 'net', type: 'loopback' }),
    );
    await module.update('cri');
    expect(await module.ready('cri')).toBe(true);
    await rm(join(confDir(lab), 'net.conf'));
    await module.update('cri');
    expect(await module.ready('cri')).toBe(false);
    await until(async () => (await readdir(confDir(lab))).length === 0);
  });
});

it('refuses what a type does not have, and what is no value', async () => {
  const module = await init();
  const conf = { podId: 'c1', netnsPath: '/run/netns/none' };
  const unsupported = [
    module.check(conf, 'native'),
    module.update('native'),
    module.confCreate('cri', {}),
    module.confInspect('cri', 'a'),
    module.confList('cri'),
    module.confRm('cri', 'a'),
    module.exist('cri', 'a'),
    module.containerListAdd('cri', 'a', 'c1'),
  ];
  for (const call of unsupported) expect((await libcniFailure(call)).code).toBe('ERR_UNSUPPORTED');
  const without = await init('');
  expect((await libcniFailure(without.ready('cri'))).code).toBe('ERR_UNSUPPORTED');
  const invalid = [
    module.attach(conf, 'docker' as 'cri'),
    module.attach({ ...conf, podId: '../c1' }, 'native'),
    module.attach(conf, 'native'),
    module.confCreate('native', { gateway: '10.1.0.1' }),
    module.confCreate('native', { driver: 'overlay' }),
    module.confList('native', { name: ['a b'] }),
    module.confList('native', { colour: ['red'] } as object),
  ];
  for (const call of invalid) expect((await libcniFailure(call)).code).toBe('ERR_CONF_INVALID');
  expect(() => module.insertPortmapping('[{"hostPort": 99999}]', conf)).toThrow(
    expect.objectContaining({ code: 'ERR_ANNOTATION' }),
  );
  expect(module.insertBandwidth(undefined, conf)).toBe(conf);
  expect(module.insertIprange('[[{"subnet":"10.1.0.0/24"}]]', conf).annotations).toEqual({
    ipRanges: '[[{"subnet":"10.1.0.0/24"}]]',
  });
  expect(await linkNames()).not.toContain('isula-br0');
});

it('tells network modes apart', () => {
  expect(['cni', 'bridge', 'host', 'none', 'other'].map((mode) => networkMode(mode)?.type)).toEqual([
    'cri',
    'native',
    undefined,
    undefined,
    undefined,
  ]);
  expect(['cni', 'bridge', 'host', 'none'].map((mode) => networkMode(mode)?.hasSandboxKey)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
