/** The largest value that Kubernetes keeps; larger values become this. */
const MAX_VALUE = 2n ** 63n - 1n;
/** Longer strings are treated as an attack, not as a number. */
const MAX_LENGTH = 100;
/** With at most {@link MAX_LENGTH} digits, larger exponents give the same values. */
const MAX_EXPONENT = 200;
const FORM = /^(?<sign>[+-]?)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?<suffix>[a-z]{0,2}|e[+-]?\d+)$/i;
const DECIMAL_EXPONENTS: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const BINARY_SUFFIXES = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/**
 * The value of a Kubernetes quantity such as `10M`, `1.5Gi`, `500m` or `1e6`, as a whole number: fractions are
 * rounded away from zero, and values beyond 64 bits become the nearest possible number. `undefined` for anything but a
 * quantity.
 */
export function parseQuantity(text: string): bigint | undefined {
  const groups = text.length > MAX_LENGTH ? undefined : FORM.exec(text)?.groups;
  const { sign, whole = '', fraction = '', suffix = '' } = groups ?? {};
  const scale = scaleOf(suffix);
  if (whole + fraction === '' || scale === undefined) return undefined;
  const exponent = scale.exponent - fraction.length;
  const digits = BigInt(whole + fraction) * scale.factor;
  const value = exponent < 0 ? divideUp(digits, 10n ** BigInt(-exponent)) : digits * 10n ** BigInt(exponent);
  const bounded = value > MAX_VALUE ? MAX_VALUE : value;
  return sign === '-' ? -bounded : bounded;
}

interface Scale {
  /** Power of ten. */
  readonly exponent: number;
  readonly factor: bigint;
}

function scaleOf(suffix: string): Scale | undefined {
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary >= 0) return { exponent: 0, factor: 1024n ** BigInt(binary + 1) };
  const decimal = DECIMAL_EXPONENTS.get(suffix) ?? scientific(suffix);
  return decimal === undefined ? undefined : { exponent: decimal, factor: 1n };
}

function scientific(suffix: string): number | undefined {
  if (!/^e[+-]?\d/i.test(suffix)) return undefined;
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, Number(suffix.slice(1))));
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
