import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity } from '../../../../src/operator/request/capabilities/index.js';

const SUFFIXES: readonly (readonly [string, bigint, bigint])[] = [
  ['n', 1n, 10n ** 9n],
  ['u', 1n, 10n ** 6n],
  ['m', 1n, 1000n],
  ['', 1n, 1n],
  ['k', 1000n, 1n],
  ['M', 10n ** 6n, 1n],
  ['G', 10n ** 9n, 1n],
  ['T', 10n ** 12n, 1n],
  ['P', 10n ** 15n, 1n],
  ['E', 10n ** 18n, 1n],
  ['Ki', 1024n, 1n],
  ['Mi', 1024n ** 2n, 1n],
  ['Gi', 1024n ** 3n, 1n],
  ['Ti', 1024n ** 4n, 1n],
  ['Pi', 1024n ** 5n, 1n],
  ['Ei', 1024n ** 6n, 1n],
  ['e3', 1000n, 1n],
  ['E+4', 10_000n, 1n],
  ['e-2', 1n, 100n],
];
const MAX = 2n ** 63n - 1n;

describe('a Kubernetes quantity', () => {
  it.each([
    ['10M', 10_000_000n],
    ['1.5Gi', 1_610_612_736n],
    ['500m', 1n],
    ['1500m', 2n],
    ['1n', 1n],
    ['0n', 0n],
    ['1E', 10n ** 18n],
    ['1E3', 1000n],
    ['1e-5', 1n],
    ['.5', 1n],
    ['5.', 5n],
    ['+7', 7n],
    ['-7k', -7000n],
    ['007', 7n],
    ['9223372036854775807', MAX],
    ['1e1000', MAX],
    ['-1e1000', -MAX],
    ['0e1000', 0n],
    ['1e-1000', 1n],
    ['9999999999Ei', MAX],
  ])('%s is %s', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  it.each([
    '',
    '.',
    '+',
    'k',
    'e3',
    '1K',
    '1kk',
    '1ki',
    '1mi',
    '1e',
    '1e+',
    '1e0.5',
    '1 M',
    ' 1',
    '1\n',
    '1,5',
    '1_0',
    '0x10',
    '--1',
    '1.2.3',
    '٣',
    'Infinity',
  ])('%j is none', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  it('is its number times its suffix, rounded up', () => {
    const parts = fc.record({
      whole: fc.nat(),
      fraction: fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 12 }),
      suffix: fc.constantFrom(...SUFFIXES),
    });
    fc.assert(
      fc.property(parts, ({ whole, fraction, suffix: [suffix, multiplier, divisor] }) => {
        const value = parseQuantity(`${whole}.${fraction}${suffix}`);
        const dividend = BigInt(`${whole}${fraction}`) * multiplier;
        const denominator = divisor * 10n ** BigInt(fraction.length);
        if (value === undefined) throw new Error('not taken');
        if (value === MAX) return dividend >= MAX * denominator;
        return value * denominator >= dividend && (value - 1n) * denominator < dividend;
      }),
    );
  });

  it('never throws, and takes no time, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-kKmMiunGTP '), maxLength: 300 });
    fc.assert(
      fc.property(text, (quantity) => {
        const value = parseQuantity(quantity);
        return value === undefined || (value <= MAX && value >= -MAX);
      }),
    );
    expect(parseQuantity('9'.repeat(1_000_000))).toBeUndefined();
    expect(parseQuantity('1e999999999999')).toBe(MAX);
  });
});
