import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  addressesOf,
  convertResult,
  createResult,
  type IpConfig,
  type Result,
  type Result020,
  type Result040,
  type Result100,
  resultSchema020,
  resultSchema040,
  resultSchema100,
  SUPPORTED_VERSIONS,
} from '../../src/index.js';

const full100 = {
  cniVersion: '1.1.0',
  interfaces: [
    { name: 'br0', mac: '00:11:22:33:44:55' },
    {
      name: 'eth0',
      mac: '00:11:22:33:44:66',
      mtu: 1400,
      sandbox: '/ns',
      socketPath: '/s',
      pciID: '0000:00:1f.6',
    },
  ],
  ips: [
    { interface: 1, address: '10.1.0.5/16', gateway: '10.1.0.1' },
    { interface: 0, address: '10.1.0.6/16' },
    { address: '2001:db8::5/64', gateway: '2001:db8::1' },
  ],
  routes: [
    { dst: '0.0.0.0/0', gw: '10.1.0.1', mtu: 1300, advmss: 1200, priority: 5, table: 0, scope: 0 },
    { dst: '::/0' },
  ],
  dns: { nameservers: ['10.1.0.1'], domain: 'd', search: ['s'], options: ['o'] },
};

const invalid = (jsonPath: string) => expect.objectContaining({ code: 'ERR_CONF_INVALID', jsonPath });

describe('a result', () => {
  it('is the same after parsing when it is in canonical form', () => {
    expect(createResult(JSON.stringify(full100))).toEqual(full100);
  });

  it('keeps unknown keys and leaves out what says nothing', () => {
    const text = JSON.stringify({
      cniVersion: '1.0.0',
      own: { a: 1 },
      interfaces: [{ name: 'eth0', mac: '', mtu: 0, vendor: 'x' }],
      ips: [],
      routes: null,
      dns: {},
    });
    expect(createResult(text)).toEqual({
      cniVersion: '1.0.0',
      own: { a: 1 },
      interfaces: [{ name: 'eth0', vendor: 'x' }],
    });
  });

  it('before 1.0.0 always has dns, and is of 0.1.0 where it names no version', () => {
    expect(createResult('{}')).toEqual({ cniVersion: '0.1.0', dns: {} });
    expect(createResult('null')).toEqual({ cniVersion: '0.1.0', dns: {} });
    expect(createResult('{"cniVersion":"0.4.0"}')).toEqual({ cniVersion: '0.4.0', dns: {} });
  });

  it('is read whatever the case of its keys', () => {
    const text =
      '{"CNIVersion":"1.0.0","IPs":[{"Address":"10.0.0.1/8","GATEWAY":"10.0.0.2"}],"Routes":[{"DST":"::/0"}]}';
    expect(createResult(text)).toEqual({
      cniVersion: '1.0.0',
      ips: [{ address: '10.0.0.1/8', gateway: '10.0.0.2' }],
      routes: [{ dst: '::/0' }],
    });
  });

  it.each([
    ['2001:DB8:0:0::1/64', '2001:db8::1/64'],
    ['::ffff:10.0.0.1/120', '10.0.0.1/24'],
    ['::1.2.3.4/128', '::102:304/128'],
    ['10.0.0.1/024', '10.0.0.1/24'],
  ])('spells the address %s as %s', (given, canonical) => {
    const result = createResult(JSON.stringify({ cniVersion: '1.0.0', ips: [{ address: given }] }));
    expect(result).toMatchObject({ ips: [{ address: canonical }] });
  });

  it.each([
    [{ ips: [{ address: '10.0.0.1' }] }, '$.ips[0].address'],
    [{ ips: [{ address: '10.0.0.1/33' }] }, '$.ips[0].address'],
    [{ ips: [{ address: '10.0.0.01/8' }] }, '$.ips[0].address'],
    [{ ips: [{ address: 'fe80::1%eth0/64' }] }, '$.ips[0].address'],
    [{ ips: [{}] }, '$.ips[0].address'],
    [{ ips: [{ address: '10.0.0.1/8', gateway: 'x' }] }, '$.ips[0].gateway'],
    [{ ips: [{ address: '10.0.0.1/8', interface: 1.5 }] }, '$.ips[0].interface'],
    [{ ips: {} }, '$.ips'],
    [{ interfaces: [null] }, '$.interfaces[0]'],
    [{ interfaces: [{ name: 1 }] }, '$.interfaces[0].name'],
    [{ routes: [{ dst: 'default' }] }, '$.routes[0].dst'],
    [{ dns: { search: 'x' } }, '$.dns.search'],
  ])('that is wrong (%j) is refused with its path', (content, jsonPath) => {
    expect(() => createResult(JSON.stringify({ cniVersion: '1.0.0', ...content }))).toThrow(
      invalid(jsonPath),
    );
  });

  it.each(['0.9.0', '1.2.0', 'x'])('of version %s is refused', (cniVersion) => {
    expect(() => createResult(JSON.stringify({ cniVersion }))).toThrow(
      expect.objectContaining({ code: 'ERR_VERSION', value: cniVersion }),
    );
  });

  it('never pollutes a prototype', () => {
    const result = createResult(
      '{"cniVersion":"1.0.0","__proto__":{"polluted":1},"ips":[{"address":"10.0.0.1/8","__proto__":{"polluted":1}}]}',
    );
    expect(result).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('has a type for every version', () => {
    expectTypeOf(createResult).returns.toEqualTypeOf<Result>();
    expectTypeOf(resultSchema100.parse).returns.toExtend<Result100>();
    expect(resultSchema020.parse({ cniVersion: '0.2.0' }).cniVersion).toBe('0.2.0');
    expect(resultSchema040.parse({ cniVersion: '0.3.1' }).cniVersion).toBe('0.3.1');
  });
});

describe('conversion', () => {
  const result = createResult(JSON.stringify(full100));
  const pairs = SUPPORTED_VERSIONS.flatMap((from) => SUPPORTED_VERSIONS.map((to) => [from, to] as const));

  it.each(pairs)('from %s to %s says so', (from, to) => {
    const converted = convertResult(convertResult(result, from), to);
    expect(converted.cniVersion).toBe(to);
    expect(createResult(JSON.stringify(converted))).toEqual(converted);
  });

  it('to 0.4.0 gives addresses their family and takes away what is newer in interfaces', () => {
    expect(convertResult(result, '0.4.0')).toEqual({
      ...full100,
      cniVersion: '0.4.0',
      interfaces: [
        { name: 'br0', mac: '00:11:22:33:44:55' },
        { name: 'eth0', mac: '00:11:22:33:44:66', sandbox: '/ns' },
      ],
      ips: [
        { version: '4', interface: 1, address: '10.1.0.5/16', gateway: '10.1.0.1' },
        { version: '4', interface: 0, address: '10.1.0.6/16' },
        { version: '6', address: '2001:db8::5/64', gateway: '2001:db8::1' },
      ],
    });
  });

  it('to 0.2.0 keeps one address of each family, with the routes of that family', () => {
    expect(convertResult(result, '0.2.0')).toEqual({
      cniVersion: '0.2.0',
      ip4: { ip: '10.1.0.5/16', gateway: '10.1.0.1', routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }] },
      ip6: { ip: '2001:db8::5/64', gateway: '2001:db8::1', routes: [{ dst: '::/0' }] },
      dns: full100.dns,
    });
  });

  it('from 0.2.0 makes lists again', () => {
    expect(convertResult(convertResult(result, '0.2.0'), '1.0.0')).toEqual({
      cniVersion: '1.0.0',
      ips: [
        { address: '10.1.0.5/16', gateway: '10.1.0.1' },
        { address: '2001:db8::5/64', gateway: '2001:db8::1' },
      ],
      routes: [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }, { dst: '::/0' }],
      dns: full100.dns,
    });
  });

  it('to the empty version means 0.1.0', () => {
    expect(convertResult(result, '').cniVersion).toBe('0.1.0');
  });

  it('to 0.2.0 needs an address', () => {
    const bare = createResult('{"cniVersion":"1.0.0"}');
    expect(() => convertResult(bare, '0.2.0')).toThrow(expect.objectContaining({ code: 'ERR_VERSION' }));
  });

  it('to an unknown version is refused', () => {
    expect(() => convertResult(result, '2.0.0')).toThrow(
      expect.objectContaining({ code: 'ERR_VERSION', value: '2.0.0' }),
    );
  });

  it('leaves its argument alone', () => {
    const before = structuredClone(result);
    convertResult(result, '0.1.0');
    expect(result).toEqual(before);
  });
});

describe('types', () => {
  it('tell the addresses of a result of whatever version', () => {
    const result: Result = createResult('{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.1/8"}]}');
    const { ips = [] } = result;
    expectTypeOf(ips).toExtend<readonly IpConfig[]>();
    expect(ips.map(({ address }) => address)).toEqual(['10.0.0.1/8']);
  });

  it('tell the version that a result is converted to', () => {
    const result = createResult('{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.1/8"}]}');
    expectTypeOf(convertResult(result, '1.0.0')).toEqualTypeOf<Result100>();
    expectTypeOf(convertResult(result, '0.4.0')).toEqualTypeOf<Result040>();
    expectTypeOf(convertResult(result, '0.2.0')).toEqualTypeOf<Result020>();
    expectTypeOf(convertResult(result, String('1.0.0'))).toEqualTypeOf<Result>();
  });
});

describe('addressesOf', () => {
  it.each(['0.3.1', '1.1.0'])('tells family, prefix, interface and gateway, version %s', (version) => {
    const result = createResult(
      JSON.stringify({
        cniVersion: '1.1.0',
        interfaces: [{ name: 'veth0' }, { name: 'eth0', sandbox: '/run/netns/a' }],
        ips: [{ interface: 1, address: '10.1.0.2/24', gateway: '10.1.0.1' }, { address: 'fd00::2/64' }],
      }),
    );
    expect(addressesOf(convertResult(result, version))).toEqual([
      {
        family: 4,
        address: '10.1.0.2',
        prefix: 24,
        interface: 'eth0',
        sandbox: '/run/netns/a',
        gateway: '10.1.0.1',
      },
      {
        family: 6,
        address: 'fd00::2',
        prefix: 64,
        interface: undefined,
        sandbox: undefined,
        gateway: undefined,
      },
    ]);
  });
});
