import { expect, test } from 'vitest';
import { convertResult, createResult, PluginError } from '../../../src/index.js';

const route = { dst: '15.5.6.0/24', gw: '15.5.6.8' };
const route6 = { dst: '1111:dddd::/80', gw: '1111:dddd::aaaa' };
const old = {
  cniVersion: '0.2.0',
  ip4: { ip: '1.2.3.30/24', gateway: '1.2.3.1', routes: [route] },
  ip6: { ip: 'abcd:1234:ffff::cdde/64', gateway: 'abcd:1234:ffff::1', routes: [route6] },
  dns: { nameservers: ['1.2.3.4'], domain: 'local', search: ['foo'], options: ['bar'] },
};

test.each(['0.1.0', '0.2.0'])('a result of %s is written as it was read', (cniVersion) => {
  const text = JSON.stringify({ ...old, cniVersion });
  expect(createResult(text)).toEqual(JSON.parse(text));
});

test('a result that names no version, or the empty one, is of 0.1.0', () => {
  expect(createResult('{}').cniVersion).toBe('0.1.0');
  expect(createResult('{"cniVersion":""}').cniVersion).toBe('0.1.0');
});

const withoutGateways = {
  ...old,
  ip4: { ...old.ip4, routes: [{ dst: route.dst }] },
  ip6: { ...old.ip6, routes: [{ dst: route6.dst }] },
};

test.each([
  ['with', old],
  ['without', withoutGateways],
])('a result of 0.2.0 %s gateways of routes comes back from every newer version as it was', (_, result) => {
  const read = createResult(JSON.stringify(result));
  for (const version of ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']) {
    expect(convertResult(convertResult(read, version), '0.2.0'), version).toEqual(result);
  }
});

test.each(['0.4.0', '1.0.0'])(
  'index 0 of an interface is written in %s, and a missing one is not',
  (cniVersion) => {
    const ips = [
      { version: '4', interface: 0, address: '10.1.0.5/16' },
      { version: '4', address: '10.1.0.6/16' },
    ];
    const read = createResult(JSON.stringify({ cniVersion, ips }));
    expect(JSON.parse(JSON.stringify(read)).ips.map((ip: object) => Object.hasOwn(ip, 'interface'))).toEqual([
      true,
      false,
    ]);
  },
);

test('between 1.0.0 and 1.1.0 nothing but the version changes', () => {
  const newest = {
    interfaces: [{ name: 'eth0', mtu: 1500, socketPath: '/run/s', pciID: '8086:9a01' }],
    ips: [{ interface: 0, address: '10.1.0.5/16' }],
    routes: [{ dst: '0.0.0.0/0', mtu: 1400, advmss: 1360, priority: 3, table: 0, scope: 253 }],
  };
  const read = createResult(JSON.stringify({ cniVersion: '1.0.0', ...newest }));
  expect(convertResult(read, '1.1.0')).toEqual({ cniVersion: '1.1.0', ...newest });
});

test('a result of 0.4.0 without addresses has no form in 0.2.0', () => {
  const read = createResult('{"cniVersion":"0.4.0"}');
  expect(() => convertResult(read, '0.2.0')).toThrow(expect.objectContaining({ code: 'ERR_VERSION' }));
});

test.each([
  '{',
  '{"cniVersion":"1.0.0","ips":[{"address":7}]}',
  '{"cniVersion":"0.4.0","routes":[{"dst":"x"}]}',
])('the result %s is refused', (text) => {
  expect(() => createResult(text)).toThrow(expect.objectContaining({ code: 'ERR_CONF_INVALID' }));
});

test.each([
  [{ details: 'details' }, 'some message; details'],
  [{}, 'some message'],
])('the error of a plugin with %j reads as message and details', (more, text) => {
  expect(new PluginError({ reason: 'reported', msg: 'some message', ...more }).message).toBe(text);
});
