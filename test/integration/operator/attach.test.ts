import { beforeEach, describe, expect, it } from 'vitest';
import { bandwidth, networkStatus, portMapping } from '../../../src/index.js';
import { showAddresses } from '../harness/addresses.js';
import { libcniFailure, pluginFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { showLink } from '../harness/links.js';
import { containerRules } from '../harness/packet-rules.js';
import { ping } from '../harness/ping.js';
import { bandwidth as bandwidthPlugin, firewall, portmap } from '../harness/plugins.js';
import type { Pod } from '../harness/pod.js';
import { showQdiscs } from '../harness/qdiscs.js';
import { showRoutes } from '../harness/routes.js';
import { readGreeting, startGreeter } from '../harness/server.js';
import { configure, createOperator, gatewayBridge, remains, sideBridge } from './harness/operators.js';

const lab = useLab();
let pod: Pod;

beforeEach(async () => {
  pod = await lab.pod();
  await configure(lab, 'first', [gatewayBridge(lab, 120), portmap, firewall]);
  await configure(lab, 'second', [sideBridge(lab, 121)]);
});

function request(more: object = {}) {
  return { id: pod.id, netns: pod.path, ...more };
}

/** The default routes of the pod as `gateway interface`, IPv4 first. */
async function defaultRoutes(): Promise<string[]> {
  const routes = (await showRoutes(pod.path)).filter(({ dst }) => dst === 'default');
  return routes.map(({ gateway, dev }) => `${gateway} ${dev}`);
}

describe('attaching to two networks', () => {
  const networks = [{ name: 'first' }, { name: 'second', ifName: 'data0' }];

  it('brings lo up and gives each interface the addresses that the result tells of', async () => {
    expect((await showLink('lo', pod.path)).flags).not.toContain('UP');
    const operator = await createOperator(lab);
    const attached = await operator.attach(request({ networks }));
    expect((await showLink('lo', pod.path)).flags).toContain('UP');
    await ping(pod.path, '127.0.0.1');
    expect(attached.networks.map(({ name, ifName }) => [name, ifName])).toEqual([
      ['first', 'eth0'],
      ['second', 'data0'],
    ]);
    for (const { ifName, addresses, mac, ipv4, ipv6 } of attached.networks) {
      expect([...addresses].sort()).toEqual(await showAddresses(ifName, pod.path));
      expect(mac).toBe((await showLink(ifName, pod.path)).address);
      expect([ipv4.length, ipv6.length]).toEqual([1, 1]);
    }
    const outcomes = await operator.check({ id: pod.id });
    expect(outcomes.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('leaves nothing when the second one fails', async () => {
    const impossible = { type: 'tuning', sysctl: { 'net.ipv4.no_such_parameter': '1' } };
    await configure(lab, 'second', [sideBridge(lab, 121), impossible]);
    const operator = await createOperator(lab);
    const portMappings = [portMapping('8080:80')];
    const error = await pluginFailure(
      operator.attach(request({ networks, capabilityArgs: { portMappings } })),
    );
    expect(error).toMatchObject({ verb: 'ADD', plugin: 'tuning', network: 'second', containerId: pod.id });
    expect(error.rollbackErrors).toEqual([]);
    expect(await remains(lab)).toEqual([]);
  });
});

describe('annotations of a pod', () => {
  it('become address, hardware address, limits and host port of its interface', async () => {
    const first = gatewayBridge(lab, 120, { ips: true, mac: true });
    await configure(lab, 'first', [first, portmap, firewall, bandwidthPlugin]);
    const operator = await createOperator(lab);
    const annotations = {
      ips: '["10.120.0.77/24"]',
      mac: '02:00:00:00:00:77',
      portMappings: JSON.stringify([portMapping('8080:80/tcp')]),
      'kubernetes.io/ingress-bandwidth': '16M',
      'kubernetes.io/egress-bandwidth': '8M',
    };
    const { networks, warnings } = await operator.attach(request({ annotations }));
    expect(warnings).toEqual([]);
    expect(networks[0]?.ipv4).toEqual(['10.120.0.77']);
    expect(await showAddresses('eth0', pod.path)).toContain('10.120.0.77/24');
    expect((await showLink('eth0', pod.path)).address).toBe('02:00:00:00:00:77');
    const rates = (await showQdiscs())
      .filter(({ kind }) => kind === 'tbf')
      .map(({ options }) => options?.rate);
    expect(rates.sort()).toEqual([1_000_000, 2_000_000]);
    await startGreeter(lab, pod, { port: 80, text: 'hello' });
    expect(await readGreeting(undefined, '10.120.0.1', 8080)).toBe('hello');
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  it('select a second network, which takes the default route over', async () => {
    const operator = await createOperator(lab);
    const limits = bandwidth({ ingress: '10Mbit' });
    const selection = [
      {
        name: 'second',
        interface: 'net7',
        'default-route': ['10.121.0.1'],
        bandwidth: limits,
      },
    ];
    const annotations = { 'k8s.v1.cni.cncf.io/networks': JSON.stringify(selection) };
    const attached = await operator.attach(request({ annotations }));
    expect(await defaultRoutes()).toEqual(['10.121.0.1 net7']);
    expect(attached.warnings).toEqual(['no plugin of network second declares bandwidth']);
    expect(JSON.parse(networkStatus(attached))).toMatchObject([
      { name: 'default/first', interface: 'eth0', default: true },
      {
        name: 'default/second',
        interface: 'net7',
        ips: await bareAddresses('net7'),
        gateway: ['10.121.0.1'],
      },
    ]);
    expect(attached.networks[0]?.routes).toEqual([]);
    const outcomes = await operator.check({ id: pod.id });
    expect(outcomes.map(({ outcome, error }) => [outcome, error?.message])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });

  async function bareAddresses(ifName: string): Promise<unknown> {
    const addresses = await showAddresses(ifName, pod.path);
    return expect.arrayContaining(addresses.map((address) => address.replace(/\/.*/, '')));
  }
});

describe('a host port that another pod has', () => {
  const portMappings = [portMapping('8080:80')];

  it('is refused with the name of the owner before any plugin runs, and free once that one has gone', async () => {
    const operator = await createOperator(lab);
    const other = await lab.pod();
    await operator.attach({ id: other.id, netns: other.path, capabilityArgs: { portMappings } });
    const before = await containerRules();
    const error = await libcniFailure(operator.attach(request({ capabilityArgs: { portMappings } })));
    expect(error.code).toBe('ERR_CONFLICT');
    expect(error.message).toContain(other.id);
    expect(await pod.addedLinks()).toEqual([]);
    expect(await containerRules()).toEqual(before);
    await operator.detach({ id: other.id });
    await operator.attach(request({ capabilityArgs: { portMappings } }));
    await operator.detach({ id: pod.id });
    expect(await remains(lab)).toEqual([]);
  });
});
