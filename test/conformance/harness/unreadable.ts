import type { Pair } from '../differences.js';
import { resultsRead, someInside, textsRead } from './documents.js';
import { fold } from './fold.js';

/** Whether a step has a string that Go accepts as a result and this library does not. */
export function holdsUnreadableResult(pair: Pair): boolean {
  const isOdd = (text: string) => hasInfinity(text) || isNestedDeeply(text);
  const results = pair.go.runs.map(({ stdin }) => Object(stdin).prevResult);
  return (
    (results.length > 0 && results.every(isEmptyResult)) ||
    textsRead(pair).some(isOdd) ||
    resultsRead(pair).some((read) => hasNullInLists(read) || lacksAddress(read) || hasHugeInteger(read))
  );
}

/** A result with only a version. */
export function isEmptyResult(result: unknown): boolean {
  return Object.entries(Object(result)).every(([key, value]) => {
    return key === 'cniVersion' || (key === 'dns' && JSON.stringify(value) === '{}');
  });
}

export function hasNullInLists(document: unknown): boolean {
  return someInside(document, (key, value) => {
    return ['ips', 'interfaces', 'routes'].includes(key) && Array.isArray(value) && value.includes(null);
  });
}

export function hasNullVersion(document: unknown): boolean {
  return someInside(document, (key, value) => {
    return key === 'supportedversions' && Array.isArray(value) && value.includes(null);
  });
}

/** Whether an address is missing: in a list, in a route, or that of a family. */
export function lacksAddress(document: unknown): boolean {
  return someInside(document, (key, value) => {
    if (key === 'ip4' || key === 'ip6') return lacks(value, 'ip');
    if (!Array.isArray(value)) return false;
    if (key === 'ips') return value.some((item) => lacks(item, 'address'));
    return key === 'routes' && value.some((item) => lacks(item, 'dst'));
  });
}

function lacks(item: unknown, key: string): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const value = Object.entries(item).findLast(([name]) => fold(name) === key)?.[1];
  return value === undefined || value === null;
}

const INTEGER_KEYS = ['mtu', 'advmss', 'priority', 'table', 'scope', 'interface', 'code'];

/** Whether an integer key has a value that fits in 64 bits but not in a double. */
export function hasHugeInteger(document: unknown): boolean {
  return someInside(document, (key, value) => {
    return INTEGER_KEYS.includes(key) && Number.isInteger(value) && isHuge(Number(value));
  });
}

function isHuge(integer: number): boolean {
  return !Number.isSafeInteger(integer) && Math.abs(integer) <= 2 ** 64;
}

/** Whether there is a number that a double cannot hold. */
export function hasInfinity(text: string): boolean {
  return numbersIn(text).some((spelled) => !Number.isFinite(Number(spelled)));
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|(-?\d[\d.eE+-]*)/gs;

/** The numbers in a JSON text as they are written, without digits in strings. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(STRING_OR_NUMBER)].flatMap(([, spelled]) => spelled ?? []);
}

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|([[{])|([\]}])/gs;

/** Results gain a few levels if they become part of something else. */
const DEEP = 990;

export function isNestedDeeply(text: string): boolean {
  let depth = 0;
  for (const [, opening, closing] of text.matchAll(STRING_OR_BRACKET)) {
    if (opening) depth += 1;
    if (closing) depth -= 1;
    if (depth > DEEP) return true;
  }
  return false;
}
