import fc from 'fast-check';
import { address, gateway, VERSIONS } from './domain.js';

const dns = fc.record(
  {
    nameservers: fc.array(fc.constantFrom('1.1.1.1', 'fd00::1')),
    domain: fc.constantFrom('example.org', ''),
    search: fc.array(fc.constantFrom('a.example')),
    options: fc.array(fc.constantFrom('ndots:5')),
  },
  { requiredKeys: [] },
);

const number = fc.oneof(fc.nat(300), fc.integer());

const route = fc.record(
  {
    dst: address,
    gw: gateway,
    mtu: number,
    advmss: number,
    priority: number,
    table: number,
    scope: fc.nat(255),
  },
  { requiredKeys: ['dst'] },
);

const networkInterface = fc.record(
  {
    name: fc.constantFrom('eth0', 'cni0', ''),
    mac: fc.constantFrom('00:11:22:33:44:55', ''),
    sandbox: fc.constantFrom('/run/netns/x', ''),
  },
  { requiredKeys: ['name'] },
);

const networkInterface100 = fc.record(
  {
    name: fc.constantFrom('eth0', 'cni0'),
    mac: fc.constantFrom('00:11:22:33:44:55'),
    mtu: number,
    sandbox: fc.constantFrom('/run/netns/x'),
    socketPath: fc.constantFrom('/run/s', ''),
    pciID: fc.constantFrom('8086:9a01', ''),
  },
  { requiredKeys: ['name'] },
);

const ip020 = fc.record(
  { ip: address, gateway, routes: fc.array(route, { maxLength: 2 }) },
  { requiredKeys: ['ip'] },
);

const ip040 = fc.record(
  { version: fc.constantFrom('4', '6', '5', ''), interface: fc.nat(2), address, gateway },
  { requiredKeys: ['version', 'address'] },
);

const ip100 = fc.record({ interface: fc.nat(2), address, gateway }, { requiredKeys: ['address'] });

const lists = { routes: fc.array(route, { maxLength: 3 }), dns };

const bodies: Readonly<Record<'020' | '040' | '100', Record<string, fc.Arbitrary<unknown>>>> = {
  '020': { ip4: ip020, ip6: ip020, dns },
  '040': {
    interfaces: fc.array(networkInterface, { maxLength: 2 }),
    ips: fc.array(ip040, { maxLength: 3 }),
    ...lists,
  },
  '100': {
    interfaces: fc.array(networkInterface100, { maxLength: 2 }),
    ips: fc.array(ip100, { maxLength: 3 }),
    ...lists,
  },
};

function resultOf(version: (typeof VERSIONS)[number]): fc.Arbitrary<unknown> {
  const era = version < '0.3.0' ? '020' : version < '1.0.0' ? '040' : '100';
  return fc.record({ cniVersion: fc.constant(version), ...bodies[era] }, { requiredKeys: ['cniVersion'] });
}

/** A valid result of any version. */
export const result = fc.constantFrom(...VERSIONS).chain(resultOf);
