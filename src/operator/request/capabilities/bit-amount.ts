import { refused } from './check-value.js';
import { parseQuantity } from './quantity.js';

/**
 * A number of bits, or of bits per second: a whole number, a Kubernetes quantity (`10M`, `1.5Gi`), or a number
 * with a unit in any case (`10Mbit`, `512kbit`, `1Gibit`, `64bit`).
 */
export type BitAmount = number | string;

const WITH_UNIT = /^(?<amount>\d+(?:\.\d+)?) ?(?<prefix>(?:[kmgtp]i?)?)bit(?:\/s)?$/i;

/**
 * Parses a number of bits; fractions are rounded up.
 *
 * @param what - what the amount is for, to begin a message with
 * @throws LibcniError `ERR_ANNOTATION` for anything but an amount.
 */
export function parseBits(amount: BitAmount, what: string): number {
  const bits = typeof amount === 'number' ? amount : Number(parseText(String(amount)) ?? Number.NaN);
  if (Number.isSafeInteger(bits) && bits >= 0) return bits;
  throw refused(what, 'must be a number of bits such as 1000000, "1M" or "1Mbit"', { value: amount });
}

function parseText(text: string): bigint | undefined {
  const groups = WITH_UNIT.exec(text)?.groups;
  return parseQuantity(groups ? `${groups.amount}${asSuffix(groups.prefix)}` : text);
}

/** Before "bit", `m` means a million, as in `tc`, not a thousandth. */
function asSuffix(prefix = ''): string {
  const [letter = '', binary] = prefix.toLowerCase();
  if (binary) return `${letter.toUpperCase()}i`;
  return letter === 'k' ? letter : letter.toUpperCase();
}
