import fc from 'fast-check';

/** Every version of the specification. */
export const VERSIONS = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

export const version = fc.constantFrom<string>(...VERSIONS);

/** Strings that only a lenient reader accepts as versions, or none. */
export const oddVersion = fc.constantFrom(
  '',
  '0',
  '1',
  '1.1',
  '0.4',
  '1.1.1',
  '1.2.0',
  '2.0.0',
  '0.3.2',
  '00.4.0',
  '+1.0.0',
  '-1.0.0',
  '1.-1.0',
  '1.0.0.0',
  '1..0',
  '.',
  '1.0.x',
  'v1.0.0',
  ' 1.0.0',
  '1.0.0 ',
  '1.0.0-rc1',
  '0x1.0.0',
  '1_0.0.0',
  '１.0.0',
  '1e0.0.0',
  '9223372036854775807.0.0',
  '9223372036854775808.0.0',
  '99999999999999999999',
  '1.9007199254740993.0',
  'current',
  '\u0000',
);

export const anyVersion = fc.oneof({ weight: 4, arbitrary: version }, { weight: 1, arbitrary: oddVersion });

const ipv4 = fc.ipV4();
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc.constantFrom(
    '::',
    '::1',
    'fd00::5',
    '1::2:0:0:3',
    '1:0:0:2::3',
    '1:2:3:4:5:6:7::',
    '::ffff:10.0.0.1',
    '::10.0.0.1',
    'FD00::A',
  ),
);

const gatewayIp = fc.oneof(ipv4, ipv6);

export const gateway = gatewayIp;

/** An address with its prefix. */
export const address = fc.oneof(
  fc.tuple(ipv4, fc.nat(32)).map(([ip, prefix]) => `${ip}/${prefix}`),
  fc.tuple(ipv6, fc.nat(128)).map(([ip, prefix]) => `${ip}/${prefix}`),
);

/** Strings that resemble an address, with or without prefix. */
export const oddAddress = fc.constantFrom(
  '10.0.0.5',
  '10.0.0.5/',
  '/24',
  '10.0.0.5/33',
  '10.0.0.5/-1',
  '10.0.0.5/+8',
  '10.0.0.5/08',
  '10.0.0.5/8 ',
  ' 10.0.0.5/8',
  '10.0.0.05/24',
  '010.0.0.5/24',
  '10.0.5/24',
  '10/8',
  '256.1.1.1/8',
  '1.2.3.4.5/8',
  '0x0a.0.0.1/8',
  '10.0.0.5/24/1',
  '::1/129',
  '::1/0128',
  '::1',
  '::/0',
  '1::2::3/64',
  '1:2:3:4:5:6:7/64',
  '1:2:3:4:5:6:7:8:9/64',
  '12345::/16',
  ':1/64',
  'fe80::1%eth0',
  'fe80::1%eth0/64',
  'fe80::1/64%eth0',
  '::ffff:10.0.0.1/120',
  '::ffff:10.0.0.1/90',
  '::ffff:0:0/96',
  '::ffff:a00:1/128',
  '::1.2.3.4/128',
  '::ffff:1.2.3.04/120',
  '1:2:3:4:5:6:1.2.3.4/64',
  '[::1]/64',
  'localhost/8',
  '0.0.0.0/0',
);

const names = ['net', 'a', 'pod-1', 'x_y.z', 'A9', '1234567890abcdef'] as const;

export const networkName = fc.constantFrom<string>(...names);

const oddNames = [
  '',
  '-a',
  '.',
  '..',
  '.hidden',
  '_x',
  'a/b',
  '../x',
  'a b',
  'a\n',
  'é',
  'a\u0000',
  'a:b',
  'a;b',
  'A'.repeat(260),
] as const;

export const containerId = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<string>('c1', 'c-2', 'c1-eth0', 'ABC_def.1') },
  { weight: 1, arbitrary: fc.constantFrom<string>(...oddNames) },
);

const oddInterfaces = [
  '',
  '.',
  '..',
  'a/b',
  'a:b',
  'a b',
  'a\t',
  'a\u00a0b',
  'a\u0085',
  'a\u200b',
  'a\ufeff',
  'a\u180e',
  'abcdefghijklmno',
  'abcdefghijklmnop',
  'éééééééé',
  'ééééééé',
  '日本語日本',
  '日本語日本語',
  'a\u0000',
  '-',
  '...',
  'a\u2028',
  '\ud800',
] as const;

export const interfaceName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<string>('eth0', 'eth1', 'net-1', 'abcdefghijklmno') },
  { weight: 1, arbitrary: fc.constantFrom<string>(...oddInterfaces) },
);

/** Any string that could pass as a name. */
export const anyName = fc.oneof(
  fc.constantFrom<string>(...names, ...oddNames, ...oddInterfaces),
  fc.string({ unit: 'binary', maxLength: 18 }),
  fc.string({ maxLength: 18 }),
);
