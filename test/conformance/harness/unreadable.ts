import type { Pair } from '../differences.js';
import { documentsRead, someInside, textsRead } from './documents.js';
import { fold } from './fold.js';

/** Whether a text of a step is one that Go takes for a result, and this library does not. */
export function holdsUnreadableResult(pair: Pair): boolean {
  const isOdd = (text: string) => hasHugeInteger(text) || hasInfinity(text) || isNestedDeeply(text);
  const results = pair.go.runs.map(({ stdin }) => Object(stdin).prevResult);
  return (
    (results.length > 0 && results.every(isEmptyResult)) ||
    textsRead(pair).some(isOdd) ||
    documentsRead(pair).some((document) => hasNullInLists(document) || lacksAddress(document))
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

/** Whether an integer is there that 64 bits hold and a double does not. */
export function hasHugeInteger(text: string): boolean {
  return numbersIn(text).some((spelled) => {
    if (!/^-?\d+$/.test(spelled)) return false;
    const size = BigInt(spelled.replace('-', ''));
    return size > Number.MAX_SAFE_INTEGER && size < 2n ** 64n;
  });
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
