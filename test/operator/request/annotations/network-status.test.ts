import { describe, expect, expectTypeOf, it } from 'vitest';
import { convertResult, createResult, type Result, SUPPORTED_VERSIONS } from '../../../../src/index.js';
import {
  type NetworkStatus,
  networkStatus,
  networkStatusEntries,
} from '../../../../src/operator/request/annotations/index.js';

const bridged: Result = {
  cniVersion: '1.1.0',
  interfaces: [
    { name: 'br0', mac: 'aa:00:00:00:00:01' },
    { name: 'veth1', mac: 'aa:00:00:00:00:02' },
    { name: 'net1', mac: 'aa:00:00:00:00:03', sandbox: '/ns', mtu: 1400 },
    { name: 'net1.5', mac: 'aa:00:00:00:00:04', sandbox: '/ns' },
  ],
  ips: [
    { interface: 2, address: '10.1.0.5/16', gateway: '10.1.0.1' },
    { interface: 0, address: '10.1.0.1/16' },
    { interface: 3, address: '10.9.0.5/16' },
    { address: '2001:db8::5/64', gateway: '2001:db8::1' },
  ],
  routes: [{ dst: '0.0.0.0/0' }, { dst: '10.0.0.0/8', gw: '10.1.0.9' }, { dst: '::/0', gw: 'fe80::1' }],
  dns: { nameservers: ['10.1.0.1'], search: ['s'] },
};

describe('the network status', () => {
  it('tells of the interface in the pod', () => {
    expect(networkStatusEntries([{ name: 'ns/a', result: bridged, ifName: 'net1' }])).toEqual([
      {
        name: 'ns/a',
        interface: 'net1',
        ips: ['10.1.0.5', '2001:db8::5'],
        mac: 'aa:00:00:00:00:03',
        dns: { nameservers: ['10.1.0.1'], search: ['s'] },
        gateway: ['10.1.0.1', 'fe80::1'],
      },
    ]);
    expectTypeOf(networkStatusEntries).returns.toEqualTypeOf<NetworkStatus[]>();
  });

  it('tells of the named interface before the first in a namespace', () => {
    const [named] = networkStatusEntries([{ name: 'ns/a', result: bridged, ifName: 'net1.5' }]);
    expect(named).toMatchObject({ interface: 'net1.5', ips: ['10.9.0.5', '2001:db8::5'] });
    const [first] = networkStatusEntries([{ name: 'ns/a', result: bridged, ifName: 'gone' }]);
    expect(first).toMatchObject({ interface: 'net1' });
    const [host] = networkStatusEntries([{ name: 'ns/a', result: bridged, ifName: 'br0' }]);
    expect(host).toMatchObject({ interface: 'net1' });
  });

  it('says which network is the default one', () => {
    const source = { result: bridged, ifName: 'net1' };
    const entries = networkStatusEntries([
      { name: 'ns/a', default: true, ...source },
      { name: 'ns/a', ...source, default: false, deviceInfo: { type: 'pci', version: '1.1.0' } },
    ]);
    expect(entries.map((entry) => entry.default)).toEqual([true, undefined]);
    expect(entries[1]).not.toHaveProperty('default');
    expect(entries[1]).toHaveProperty('device-info', { type: 'pci', version: '1.1.0' });
    expect(() =>
      networkStatusEntries([
        { name: 'ns/a', default: true, ...source },
        { name: 'ns/b', default: true, ...source },
      ]),
    ).toThrow(expect.objectContaining({ code: 'ERR_ANNOTATION', value: ['ns/a', 'ns/b'] }));
  });

  it.each(SUPPORTED_VERSIONS.filter((version) => version >= '0.3'))(
    'is the same for a result of version %s',
    (version) => {
      const entries = (result: Result) => networkStatusEntries([{ name: 'ns/a', result, ifName: 'net1' }]);
      expect(entries(convertResult(bridged, version))).toEqual(entries(bridged));
    },
  );

  it('names the requested interface if the result has none', () => {
    const result = createResult(
      '{"cniVersion":"0.2.0","ip4":{"ip":"10.1.0.5/16","gateway":"10.1.0.1","routes":[{"dst":"0.0.0.0/0"}]},' +
        '"ip6":{"ip":"2001:db8::5/64"}}',
    );
    expect(networkStatusEntries([{ name: 'ns/a', result, ifName: 'net4' }])).toEqual([
      {
        name: 'ns/a',
        interface: 'net4',
        ips: ['10.1.0.5', '2001:db8::5'],
        dns: {},
        gateway: ['10.1.0.1'],
      },
    ]);
  });

  it('takes the gateway of a default route from the address of its family', () => {
    const result: Result = { ...bridged, routes: [{ dst: '::/0' }, { dst: '0.0.0.0/0' }] };
    const [entry] = networkStatusEntries([{ name: 'ns/a', result, ifName: 'net1' }]);
    expect(entry?.gateway).toEqual(['2001:db8::1', '10.1.0.1']);
  });

  it('has no address if the result has none', () => {
    const result: Result = { cniVersion: '1.0.0', routes: [{ dst: '::/0' }] };
    expect(networkStatusEntries([{ name: 'ns/a', result, ifName: 'net1' }])).toEqual([
      { name: 'ns/a', interface: 'net1', dns: {} },
    ]);
  });

  it.each([[undefined], [null], [5], [{}], [[null]], [['ns/a']], [[{ name: 'ns/a', result: bridged }]]])(
    'is refused for %j',
    (sources) => {
      const refused = expect.objectContaining({ name: 'LibcniError', code: 'ERR_CONF_INVALID' });
      expect(() => networkStatus(sources as never)).toThrow(refused);
    },
  );

  it('is a JSON list', () => {
    const sources = [{ name: 'ns/a', result: bridged, ifName: 'net1', default: true }];
    expect(JSON.parse(networkStatus(sources))).toEqual(networkStatusEntries(sources));
    expect(networkStatus([])).toBe('[]');
  });
});
