import type { Pair } from '../differences.js';
import { resultsRead, someInside, textsRead } from './documents.js';
import { fold } from './fold.js';

/** Whether a string of a step is one that Go takes for a result, and this library does not. */
export function holdsUnreadableResult(pair: Pair): boolean {
  const isOdd = (text: string) => hasInfinity(text) || isNestedDeeply(text);
  const results = pair.go.runs.map(({ stdin }) => Object(stdin).prevResult);
  return (
    (results.length > 0 && results.every(isEmptyResult)) ||
    textsRead(pair).some(isOdd) ||
    resultsRead(pair).some((read) => hasNullInLists(read) || lacksAddress(read) || hasHugeInteger(read))
  );
}

/** A result of nothing but its version. */
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

/** Whether an address of a list, a route, or the one of a family is missing. */
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

/** Whether a key that takes an integer has one that 64 bits hold and a double does not. */
export function hasHugeInteger(document: unknown): boolean {
  return someInside(document, (key, value) => {
    return INTEGER_KEYS.includes(key) && Number.isInteger(value) && isHuge(Number(value));
  });
}

function isHuge(integer: number): boolean {
  return !Number.isSafeInteger(integer) && Math.abs(integer) <= 2 ** 64;
}

/** Whether a number is there that a double cannot hold. */
export function hasInfinity(text: string): boolean {
  return numbersIn(text).some((spelled) => !Number.isFinite(Number(spelled)));
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|(-?\d[\d.eE+-]*)/gs;

/** The numbers of a JSON text as they are spelled; digits in strings are none. */
function numbersIn(text: string): string[] {
  return [...text.matchAll(STRING_OR_NUMBER)].flatMap(([, spelled]) => spelled ?? []);
}

const STRING_OR_BRACKET = /"(?:[^"\\]|\\.)*"|([[{])|([\]}])/gs;

/** Results gain a few levels where they become part of something else. */
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
