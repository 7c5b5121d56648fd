import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { canonicalIp, formatAddress, parseAddress, parseSubnet } from '../../../../src/addresses/index.js';
import { type IpRange, ipRange, parseIpRanges } from '../../../../src/operator/request/capabilities/index.js';

const refused = (more: object = {}) => expect.objectContaining({ code: 'ERR_ANNOTATION', ...more });

describe('an address as a number', () => {
  it.each([
    ['0.0.0.0', 4, 0n],
    ['1.2.3.4', 4, 0x01020304n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['1::', 6, 1n << 112n],
    ['2001:db8::5', 6, 0x20010db8000000000000000000000005n],
    ['::1.2.3.4', 6, 0x01020304n],
    ['::ffff:1.2.3.4', 4, 0x01020304n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 6, 2n ** 128n - 1n],
  ])('%s', (text, family, value) => {
    expect(parseAddress(text)).toEqual({ family, value });
  });

  it('has a string that reads back, in canonical spelling', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text);
        if (address === undefined) throw new Error('not taken');
        expect(formatAddress(address)).toBe(canonicalIp(text));
      }),
    );
  });

  it('is inside the subnet of its prefix', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (text, prefix) => {
        const address = parseAddress(text);
        const subnet = parseSubnet(`${text}/${prefix}`);
        if (address?.family !== 6 || subnet === undefined) return;
        expect(address.value >= subnet.first && address.value <= subnet.last).toBe(true);
        expect(subnet.last - subnet.first + 1n).toBe(1n << BigInt(128 - prefix));
        expect(subnet.first % (1n << BigInt(128 - prefix))).toBe(0n);
      }),
    );
  });
});

describe('an IP range', () => {
  it('is the whole subnet where its limits are null', () => {
    expect(ipRange('10.1.0.0/24', null as never)).toEqual({ subnet: '10.1.0.0/24' });
    expect(ipRange('10.1.0.0/24', { start: null } as never)).toEqual({ subnet: '10.1.0.0/24' });
  });

  it.each([['10.1.0.10'], [5], [[]], [{ rangeStart: '10.1.0.10' }]])(
    'is not made with the limits %j',
    (limits) => {
      const message = expect.stringMatching(/^options( must be|\.rangeStart does not exist)/);
      expect(() => ipRange('10.1.0.0/24', limits as object)).toThrow(
        refused({ code: 'ERR_CONF_INVALID', message }),
      );
    },
  );

  it('is made of a subnet and its limits', () => {
    expect(ipRange('10.1.0.0/24')).toEqual({ subnet: '10.1.0.0/24' });
    expect(ipRange('10.1.0.0/24', { start: '10.1.0.10', end: '10.1.0.99', gateway: '10.1.0.1' })).toEqual({
      subnet: '10.1.0.0/24',
      rangeStart: '10.1.0.10',
      rangeEnd: '10.1.0.99',
      gateway: '10.1.0.1',
    });
    expect(ipRange('2001:DB8::/64', { start: '2001:db8:0::a', gateway: 'fe80::1' })).toEqual({
      subnet: '2001:db8::/64',
      rangeStart: '2001:db8::a',
      gateway: 'fe80::1',
    });
    expectTypeOf(ipRange).returns.toEqualTypeOf<IpRange>();
  });

  it.each([
    ['10.1.0.5/24', {}, '$.subnet'],
    ['10.1.0.0', {}, '$.subnet'],
    ['10.1.0.0/33', {}, '$.subnet'],
    ['', {}, '$.subnet'],
    ['10.1.0.0/31', {}, '$.subnet'],
    ['10.1.0.1/32', {}, '$.subnet'],
    ['2001:db8::/127', {}, '$.subnet'],
    ['10.1.0.0/24', { start: '10.1.1.1' }, '$.rangeStart'],
    ['10.1.0.0/24', { start: '::1' }, '$.rangeStart'],
    ['10.1.0.0/24', { end: '10.0.255.255' }, '$.rangeEnd'],
    ['10.1.0.0/24', { start: '10.1.0.9', end: '10.1.0.8' }, '$.rangeEnd'],
    ['10.1.0.0/24', { gateway: '10.2.0.1' }, '$.gateway'],
    ['10.1.0.0/24', { gateway: 'fe80::1' }, '$.gateway'],
    ['10.1.0.0/24', { gateway: 'router' }, '$.gateway'],
    ['2001:db8::/64', { start: '2001:db8:0:1::1' }, '$.rangeStart'],
    ['::/96', { start: '1.2.3.4' }, '$.rangeStart'],
  ])('is not made of %s with %j', (subnet, limits, jsonPath) => {
    expect(() => ipRange(subnet, limits)).toThrow(refused({ jsonPath }));
  });

  it('may have one address', () => {
    const limits = { start: '10.1.0.9', end: '10.1.0.9' };
    expect(ipRange('10.1.0.0/24', limits)).toMatchObject({ rangeStart: '10.1.0.9', rangeEnd: '10.1.0.9' });
  });

  it('names the network address that was meant', () => {
    expect(() => ipRange('10.1.7.5/20')).toThrow(/10\.1\.0\.0\/20/);
  });

  it('has its limits inside the subnet, and in order', () => {
    const prefix = fc.integer({ min: 1, max: 30 });
    const address = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
    fc.assert(
      fc.property(address, prefix, address, address, (base, bits, start, end) => {
        const size = 1n << BigInt(32 - bits);
        const first = base - (base % size);
        const subnet = `${formatAddress({ family: 4, value: first })}/${bits}`;
        const inside = (value: bigint) => value >= first && value < first + size;
        const limits = {
          start: formatAddress({ family: 4, value: start }),
          end: formatAddress({ family: 4, value: end }),
        };
        const isLegal = inside(start) && inside(end) && start <= end;
        if (isLegal) expect(ipRange(subnet, limits)).toMatchObject({ rangeEnd: limits.end });
        else expect(() => ipRange(subnet, limits)).toThrow(refused());
        const low = formatAddress({ family: 4, value: first + (start % size) });
        expect(ipRange(subnet, { start: low })).toEqual({ subnet, rangeStart: low });
      }),
    );
  });
});

describe('the annotation ipRanges', () => {
  it('is a list of lists of ranges', () => {
    const text =
      '[[{"Subnet":"10.1.2.0/24","RANGESTART":"10.1.2.3","rangeEnd":"10.1.2.99","gateway":"10.1.2.254"},' +
      '{"subnet":"10.1.3.0/24","rangeStart":null,"gateway":""}],[{"subnet":"2001:db8::/64","own":1}]]';
    expect(parseIpRanges(text)).toEqual([
      [
        { subnet: '10.1.2.0/24', rangeStart: '10.1.2.3', rangeEnd: '10.1.2.99', gateway: '10.1.2.254' },
        { subnet: '10.1.3.0/24' },
      ],
      [{ subnet: '2001:db8::/64', own: 1 }],
    ]);
  });

  it.each([
    ['{"subnet":"10.1.0.0/24"}', '$'],
    ['[{"subnet":"10.1.0.0/24"}]', '$[0]'],
    ['[[]]', '$[0]'],
    ['[[null]]', '$[0][0]'],
    ['[[{}]]', '$[0][0].subnet'],
    ['[[{"subnet":""}]]', '$[0][0].subnet'],
    ['[[{"subnet":"10.1.0.0/24"}],[{"subnet":"10.2.0.0/24","rangeStart":"10.1.0.1"}]]', '$[1][0].rangeStart'],
    ['[[{"subnet":"10.1.0.0/24"},{"subnet":"2001:db8::/64"}]]', '$[0][1].subnet'],
  ])('refuses %s', (text, jsonPath) => {
    expect(() => parseIpRanges(text)).toThrow(
      refused({ jsonPath, message: expect.stringContaining('annotation ipRanges') }),
    );
  });
});
