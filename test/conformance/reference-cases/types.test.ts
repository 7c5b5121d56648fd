import { expect, test } from 'vitest';
import { createResult, networkPluginConfFromBytes } from '../../../src/index.js';

function resultWith(members: object) {
  return createResult(JSON.stringify({ cniVersion: '1.0.0', ...members }));
}

function refusal(jsonPath: string) {
  return expect.objectContaining({ code: 'ERR_CONF_INVALID', jsonPath });
}

test.each(['1.2.3.4/24', '2001:db8::/32'])('the address %s is read and written as it is', (address) => {
  expect(resultWith({ ips: [{ address }] }).ips).toEqual([{ address }]);
});

test.each(['1.2.3/45', '1.2.3.4/99', 1])('the address %j is refused', (address) => {
  expect(() => resultWith({ ips: [{ address }] })).toThrow(refusal('$.ips[0].address'));
});

test('a route is read and written with all that it can have', () => {
  const routes = [
    { dst: '1.2.3.0/24', gw: '1.2.3.1', mtu: 1500, advmss: 1340, priority: 100, table: 50, scope: 253 },
  ];
  const read = resultWith({ routes });
  expect(read.routes).toEqual(routes);
  expect(JSON.parse(JSON.stringify(read)).routes).toEqual(routes);
});

test.each([
  [{ dst: '1.2.3.0/24', gw: '1.2.3.x' }, 'gw'],
  [{ dst: '1.2.3.0', gw: '1.2.3.1' }, 'dst'],
  [{ dst: '1.2.3.0/24', mtu: '1500' }, 'mtu'],
])('the route %j is refused', (route, key) => {
  expect(() => resultWith({ routes: [route] })).toThrow(refusal(`$.routes[0].${key}`));
});

/** A plugin's configuration with a result to go on from. */
function confWith(prevResult: object | undefined) {
  return networkPluginConfFromBytes(
    JSON.stringify({ cniVersion: '1.1.0', name: 'foobar', type: 'baz', prevResult }),
  );
}

const prevResult = {
  cniVersion: '1.0.0',
  interfaces: [
    {
      name: 'eth0',
      mac: '00:11:22:33:44:55',
      sandbox: '/proc/3553/ns/net',
      pciID: '8086:9a01',
      socketPath: '/path/to/vhost/fd',
    },
  ],
  ips: [{ interface: 0, address: '1.2.3.30/24', gateway: '1.2.3.1' }],
};

test('prevResult of a configuration is kept as it is, and reads as a result of its own version', () => {
  for (const given of [prevResult, { cniVersion: '0.2.0', ip4: { ip: '1.2.3.30/24' }, dns: {} }]) {
    const { network } = confWith(given);
    expect(network.prevResult).toEqual(given);
    expect(createResult(JSON.stringify(network.prevResult))).toEqual(given);
  }
  expect(confWith(undefined).network.prevResult).toBeUndefined();
});

test('prevResult of an unknown version is refused when it is read as a result', () => {
  const { network } = confWith({ cniVersion: '5678.456' });
  const unknown = expect.objectContaining({ code: 'ERR_VERSION', value: '5678.456' });
  expect(() => createResult(JSON.stringify(network.prevResult))).toThrow(unknown);
});
