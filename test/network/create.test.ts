import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CreateNetworkRequest } from '../../src/index.js';
import { useNetworks } from './harness/use-networks.js';

const fixture = useNetworks();

const files = () => readdir(fixture.confDir).catch(() => []);

it('chooses name, bridge, subnet and gateway, and writes what iSulad, podman and Go read', async () => {
  const made = await fixture.networks.create();
  expect(made).toMatchObject({
    name: 'isula-br0',
    interface: 'isula-br0',
    driver: 'bridge',
    internal: false,
    ipMasq: true,
    cniVersion: '1.0.0',
    plugins: ['bridge', 'portmap', 'firewall'],
    isNative: true,
    existed: false,
    warnings: [],
  });
  expect(await files()).toEqual(['isulacni-isula-br0.conflist']);
  const [{ subnet = '', gateway = '' } = {}] = made.subnets;
  expect(subnet).toMatch(/^192\.168\.\d+\.0\/24$/);
  expect(gateway).toBe(subnet.replace('.0/24', '.1'));
  const { args, ...written } = await fixture.written(made);
  expect(args).toMatchObject({ podman_labels: {}, podman_options: {} });
  expect(written).toEqual({
    cniVersion: '1.0.0',
    name: 'isula-br0',
    plugins: [
      {
        type: 'bridge',
        bridge: 'isula-br0',
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: { type: 'host-local', routes: [{ dst: '0.0.0.0/0' }], ranges: [[{ subnet, gateway }]] },
        capabilities: { mac: true, ips: true },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
      { type: 'firewall' },
    ],
  });
});

it('gives each network other names and subnets', async () => {
  const made = [];
  for (let count = 0; count < 5; count++) made.push(await fixture.networks.create());
  expect(new Set(made.flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet))).size).toBe(5);
  expect(new Set(made.map((network) => network.interface)).size).toBe(5);
});

it('keeps off the subnets of configurations that other programs made', async () => {
  await mkdir(fixture.confDir, { recursive: true });
  const plugins = [
    { type: 'bridge', bridge: 'isula-br0', ipam: { type: 'host-local', subnet: '10.1.0.0/16' } },
  ];
  await writeFile(
    join(fixture.confDir, '87-other.conflist'),
    JSON.stringify({ cniVersion: '0.4.0', name: 'other', plugins }),
  );
  const pools = [
    { base: '10.1.0.0/15', size: 24 },
    { base: '10.0.0.0/15', size: 24 },
  ];
  const networks = await fixture.open({ pools });
  const made = await networks.create();
  expect(made.subnets[0]?.subnet).toBe('10.0.0.0/24');
  expect(made.interface).toBe('isula-br1');
  await expect(networks.create({ subnets: ['10.1.7.0/24'] })).rejects.toMatchObject({
    code: 'ERR_CONFLICT',
    jsonPath: '$.subnets[0].subnet',
    message: expect.stringContaining('network other'),
  });
});

it('says that a pool is exhausted', async () => {
  const networks = await fixture.open({ pools: [{ base: '10.77.0.0/23', size: 24 }] });
  await networks.create();
  await networks.create();
  await expect(networks.create()).rejects.toMatchObject({
    code: 'ERR_EXHAUSTED',
    message: expect.stringContaining('10.77.0.0/23'),
  });
});

it('carves excluded addresses and a range out, and keeps them for inspect', async () => {
  const subnets = [
    { subnet: '10.78.0.0/24', ipRange: '10.78.0.128/25', excluded: ['10.78.0.130', '10.78.0.254'] },
  ];
  const made = await fixture.networks.create({ name: 'web', subnets });
  expect(made.subnets).toEqual([{ ...subnets[0], gateway: '10.78.0.1' }]);
  expect((await fixture.written(made)).plugins[0]?.ipam).toMatchObject({
    ranges: [
      [
        { subnet: '10.78.0.0/24', gateway: '10.78.0.1', rangeStart: '10.78.0.128', rangeEnd: '10.78.0.129' },
        { subnet: '10.78.0.0/24', gateway: '10.78.0.1', rangeStart: '10.78.0.131', rangeEnd: '10.78.0.253' },
      ],
    ],
  });
});

it('gives an internal network neither gateway nor way out', async () => {
  const made = await fixture.networks.create({ name: 'inner', internal: true, ipv6: true });
  expect(made).toMatchObject({ internal: true, ipMasq: false, plugins: ['bridge', 'firewall'] });
  expect((await fixture.written(made)).plugins[0]).toMatchObject({ isGateway: false, ipMasq: false });
  expect((await fixture.written(made)).plugins[0]?.ipam).not.toHaveProperty('routes');
});

describe('the options of docker and podman', () => {
  it('stand for arguments', async () => {
    const options = {
      'com.docker.network.bridge.name': 'docker7',
      'com.docker.network.driver.mtu': '1400',
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
      isolate: 'true',
    };
    const made = await fixture.networks.create({ name: 'web', options, labels: { team: 'a' } });
    expect(made).toMatchObject({
      interface: 'docker7',
      mtu: 1400,
      ipMasq: false,
      isolate: true,
      options,
      labels: { team: 'a' },
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ colour: 'red' }, 'there is no option colour; there are'],
    [{ constructor: 'x' }, 'there is no option constructor; there are'],
    [{ mtu: 'big' }, 'big is not a valid value for option mtu'],
    [{ mtu: '12' }, 'must be at least 68'],
    [{ 'com.docker.network.bridge.enable_icc': 'false' }, 'can be true only'],
  ])('are refused where nobody knows them: %o', async (options, said) => {
    const refused = fixture.networks.create({ options });
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      message: expect.stringContaining(said),
    });
    expect(await files()).toEqual([]);
  });
});

describe('what docker refuses', () => {
  const cases: [CreateNetworkRequest, string, string][] = [
    [{ name: 'a/b' }, '$.name', 'does not match'],
    [{ name: 'x'.repeat(201) }, '$.name', 'at most 200'],
    [{ name: 'host' }, '$.name', 'reserved'],
    [{ driver: 'overlay' }, '$.driver', 'there are bridge, macvlan, ipvlan'],
    [{ bridge: 'sixteen-bytes-00' }, '$.bridge', 'longer than 15 bytes'],
    [{ subnets: ['10.79.0.0'] }, '$.subnets[0].subnet', 'is not a subnet'],
    [{ subnets: ['10.79.0.5/24'] }, '$.subnets[0].subnet', 'use 10.79.0.0/24'],
    [{ subnets: ['10.79.0.0/31'] }, '$.subnets[0].subnet', '/30 is the smallest'],
    [{ subnets: ['10.79.0.0/24', '10.79.0.0/25'] }, '$.subnets[1].subnet', 'overlaps with 10.79.0.0/24'],
    [
      { subnets: [{ subnet: '10.79.0.0/24', gateway: '10.80.0.1' }] },
      '$.subnets[0].gateway',
      'is not inside 10.79.0.0/24',
    ],
    [{ subnets: [{ subnet: '10.79.0.0/24', gateway: '10.79.0.255' }] }, '$.subnets[0].gateway', 'broadcast'],
    [
      { subnets: [{ subnet: 'fd00:79::/64', gateway: '10.79.0.1' }] },
      '$.subnets[0].gateway',
      'is IPv4, but fd00:79::/64 is IPv6',
    ],
    [
      { subnets: [{ subnet: '10.79.0.0/24', ipRange: '10.80.0.0/25' }] },
      '$.subnets[0].ipRange',
      'is not inside',
    ],
    [
      { subnets: [{ subnet: '10.79.0.0/24', excluded: ['no'] }] },
      '$.subnets[0].excluded[0]',
      'is not an address',
    ],
    [{ ipam: 'none', subnets: ['10.79.0.0/24'] }, '$.subnets', 'need ipam host-local'],
    [{ ipam: 'none', ipv6: true }, '$.ipv6', 'needs ipam host-local'],
    [{ bridge: 'host' }, '$.bridge', 'reserved'],
    [{ bridge: 'brücke' }, '$.bridge', 'cannot have the name of its bridge'],
    [{ name: 'web', bridge: 'web%d' }, '$.bridge', 'without "%"'],
    [
      { subnets: [{ subnet: '10.79.0.0/24', ipRange: '10.79.0.255/32' }] },
      '$.subnets[0].ipRange',
      'leaves no address',
    ],
    [
      { subnets: [{ subnet: '10.79.0.0/24', ipRange: '10.79.0.1/32' }] },
      '$.subnets[0].ipRange',
      'leaves no address',
    ],
    [
      { subnets: [{ subnet: '10.79.0.0/30', excluded: ['10.79.0.2'] }] },
      '$.subnets[0].excluded',
      'all addresses are excluded',
    ],
    [{ vlan: -1 }, '$.vlan', '1 to 4094'],
    [{ mtu: 20 }, '$.mtu', '68'],
    [{ vlan: 5000 }, '$.vlan', '4094'],
    [{ parent: 'eth0' }, '$.parent', 'leave it out'],
    [{ driver: 'macvlan' }, '$.parent', 'needs a parent'],
    [{ driver: 'macvlan', parent: 'lo', mode: 'l2' }, '$.mode', 'use one of bridge, private, vepa, passthru'],
    [{ driver: 'ipvlan', parent: 'lo' }, '$.subnets', 'choose the addresses'],
    [{ driver: 'macvlan', parent: 'lo', bridge: 'br0' }, '$.bridge', 'leave it out'],
    [{ internal: true, dns: true }, '$.dns', 'no gateway'],
  ];
  it.each(cases)('%o is refused at %s', async (request, jsonPath, said) => {
    const refused = fixture.networks.create(request);
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      jsonPath,
      message: expect.stringContaining(said),
    });
    expect(await files()).toEqual([]);
  });

  it('is a parent that the host does not have', async () => {
    const refused = fixture.networks.create({ driver: 'macvlan', parent: 'nosuch0' });
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      jsonPath: '$.parent',
      value: 'nosuch0',
    });
  });

  it('is an argument that nobody knows', async () => {
    const request = { nmae: 'web' };
    await expect(fixture.networks.create(request as object)).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      message: expect.stringContaining('nmae'),
    });
  });

  it('is a name or a bridge that is taken', async () => {
    await fixture.networks.create({ name: 'web', bridge: 'webbr' });
    await expect(fixture.networks.create({ name: 'web' })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      network: 'web',
    });
    const second = fixture.networks.create({ name: 'web2', bridge: 'webbr' });
    await expect(second).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      message: expect.stringContaining('network web'),
    });
    expect(await fixture.networks.create({ name: 'web', ignoreExists: true })).toMatchObject({
      existed: true,
    });
    const other = fixture.networks.create({
      name: 'web',
      driver: 'ipvlan',
      parent: 'lo',
      ignoreExists: true,
    });
    await expect(other).rejects.toMatchObject({ code: 'ERR_CONFLICT', jsonPath: '$.driver' });
  });

  it('is an interface that is not a bridge', async () => {
    await expect(fixture.networks.create({ name: 'web', bridge: 'lo' })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      jsonPath: '$.bridge',
      message: expect.stringContaining('lo of the host is not a bridge'),
    });
    expect(await files()).toEqual([]);
  });
});

describe('the version', () => {
  it('is the highest that all plugins speak', async () => {
    await fixture.speak('portmap', '0.3.0', '0.3.1', '0.4.0');
    expect((await fixture.networks.create()).cniVersion).toBe('0.4.0');
    await expect(fixture.networks.create({ cniVersion: '1.0.0' })).rejects.toMatchObject({
      code: 'ERR_VERSION',
      plugin: 'portmap',
    });
  });

  it('is what the caller says', async () => {
    expect((await fixture.networks.create({ cniVersion: '1.1.0' })).cniVersion).toBe('1.1.0');
  });
});

it('refuses a network whose plugins are missing, or warns of it', async () => {
  await rm(join(fixture.folder.bin, 'firewall'));
  await expect(fixture.networks.create()).rejects.toMatchObject({
    code: 'ERR_PLUGIN_NOT_FOUND',
    plugin: 'firewall',
    message: expect.stringContaining('containernetworking-plugins'),
  });
  expect(await files()).toEqual([]);
  const made = await fixture.networks.create({ missingPlugins: 'warn' });
  expect(made.warnings).toEqual([expect.stringContaining('plugin firewall is not installed')]);
});

it('uses dnsname where it is installed', async () => {
  await fixture.speak('dnsname', '0.4.0', '1.0.0');
  const made = await fixture.networks.create();
  expect(made).toMatchObject({ dns: true, plugins: ['bridge', 'portmap', 'firewall', 'dnsname'] });
  expect((await fixture.networks.create({ dns: false })).dns).toBe(false);
  expect((await fixture.networks.create({ internal: true })).dns).toBe(false);
});

it('says which package has dnsname', async () => {
  await expect(fixture.networks.create({ dns: true })).rejects.toMatchObject({
    code: 'ERR_PLUGIN_NOT_FOUND',
    plugin: 'dnsname',
    message: expect.stringContaining('golang-github-containernetworking-plugin-dnsname'),
  });
});

it('warns where no DHCP daemon runs', async () => {
  const made = await fixture.networks.create({ driver: 'macvlan', parent: 'lo' });
  expect(made).toMatchObject({ ipam: 'dhcp', interface: 'lo', mode: 'bridge', subnets: [] });
  expect(made.warnings).toEqual([expect.stringContaining('dhcp daemon')]);
});
