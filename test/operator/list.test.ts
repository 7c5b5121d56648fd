import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CNIConfig, loadNetworkConf } from '../../src/index.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const dual = JSON.stringify({
  cniVersion: '1.0.0',
  interfaces: [{ name: 'veth1' }, { name: 'eth0', mac: '02:00:00:00:00:01', sandbox: '/run/netns/none' }],
  ips: [
    { interface: 1, address: '10.1.0.2/24', gateway: '10.1.0.1' },
    { interface: 1, address: 'fd00::2/64' },
  ],
  routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }],
});

describe('operator.inspect', () => {
  it('tells addresses by family, ports, routes, namespace and time', async () => {
    await host.plugins.add('one', { ADD: { stdout: dual } });
    const before = Date.now() - 1000;
    const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }];
    await host.operator.attach({ ...request, capabilityArgs: { portMappings } });
    const { id, netns, since, attachments } = await host.operator.inspect('c1');
    expect([id, netns]).toEqual(['c1', '/run/netns/none']);
    expect(since.getTime()).toBeGreaterThan(before);
    expect(attachments).toMatchObject([
      {
        id: 'c1',
        network: 'a',
        ifName: 'eth0',
        netns: '/run/netns/none',
        ipv4: ['10.1.0.2'],
        ipv6: ['fd00::2'],
        addresses: ['10.1.0.2/24', 'fd00::2/64'],
        gateways: ['10.1.0.1'],
        mac: '02:00:00:00:00:01',
        routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }],
        ports: portMappings,
        result: JSON.parse(dual),
      },
    ]);
  });

  it('tells the same after a restart', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    const before = await host.operator.inspect('c1');
    const { confDir } = host.networks;
    const { bin, cacheDir } = host.plugins;
    const program = `
      import { CNIOperator } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
      const operator = await CNIOperator.create(${JSON.stringify({ confDir, binDirs: [bin], cacheDir })});
      console.log(JSON.stringify(await operator.inspect('c1')));
      await operator[Symbol.asyncDispose]();`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(before)));
    expect(before.attachments.map(({ network }) => network)).toEqual(['a', 'b']);
  });

  it.each([
    ['nobody', 'ERR_NOT_FOUND'],
    ['../x', 'ERR_CONF_INVALID'],
  ])('refuses the container %s with %s', async (id, code) => {
    await expect(host.operator.inspect(id)).rejects.toMatchObject({ code });
  });
});

describe('operator.list', () => {
  it('is empty before anything is attached', async () => {
    expect(await host.operator.list()).toEqual([]);
  });

  it('tells all attachments, or those that a filter asks for', async () => {
    await host.operator.attach({ ...request, id: 'c2', networks: [{ name: 'b' }] });
    await host.operator.attach({
      ...request,
      netns: '/run/netns/other',
      networks: [{ name: 'a' }, { name: 'b' }],
    });
    const listed = async (filter?: Parameters<typeof host.operator.list>[0]) =>
      (await host.operator.list(filter)).map(({ id, network, ifName }) => `${id} ${network} ${ifName}`);
    expect(await listed()).toEqual(['c1 a eth0', 'c1 b eth1', 'c2 b eth0']);
    expect(await listed({ id: 'c1' })).toEqual(['c1 a eth0', 'c1 b eth1']);
    expect(await listed({ network: 'b' })).toEqual(['c1 b eth1', 'c2 b eth0']);
    expect(await listed({ network: 'b', ifName: 'eth1' })).toEqual(['c1 b eth1']);
    expect(await listed({ netns: '/run/netns/none' })).toEqual(['c2 b eth0']);
    await host.operator.detach({ id: 'c1' });
    expect(await listed()).toEqual(['c2 b eth0']);
  });

  it('tells what other programs have recorded, and passes over what is no record', async () => {
    const { bin, cacheDir } = host.plugins;
    const list = await loadNetworkConf(host.networks.confDir, 'a');
    await host.plugins.add('one', { ADD: { stdout: resultText('10.1.0.9/24') } });
    const cni = new CNIConfig({ path: [bin], cacheDir });
    await cni.addNetworkList(list, { containerId: 'other', netns: '/run/netns/none', ifName: 'eth0' });
    await writeFile(join(cacheDir, 'results', 'a-broken-eth0'), '{');
    expect(await readdir(join(cacheDir, 'results'))).toHaveLength(2);
    expect(await host.operator.list()).toMatchObject([
      { id: 'other', addresses: ['10.1.0.9/24'], ports: [] },
    ]);
  });

  it('refuses an invalid filter', async () => {
    const refused = Reflect.apply(host.operator.list, host.operator, [{ id: 7 }]);
    await expect(refused).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', value: 7 });
  });
});
