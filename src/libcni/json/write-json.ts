import { LibcniError } from '../../errors/libcni-error.js';
import { MAX_DEPTH, tooDeep } from './nesting.js';
import type { JsonObject } from './parse-json.js';

/**
 * The text of a JSON value in the form that Go's encoder gives it: keys sorted, lone surrogates replaced by
 * U+FFFD. Equal values give equal texts.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for a number that JSON cannot hold, with its JSON path.
 */
export function writeJson(value: unknown, what: string): string {
  return withClearErrors(what, () => JSON.stringify(sortKeys(value, { what, path: '$', depth: 0 })));
}

/**
 * @throws LibcniError `ERR_CONF_INVALID` for a number beyond the range of a double, or nesting beyond 1,000.
 */
export function checkNumbers(value: unknown, what: string): void {
  withClearErrors(what, () => sortKeys(value, { what, path: '$', depth: 0 }));
}

interface Place {
  readonly what: string;
  readonly path: string;
  readonly depth: number;
}

function sortKeys(value: unknown, place: Place): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw outOfRange(value, place);
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (place.depth >= MAX_DEPTH) throw tooDeep(place.what);
  if ('toJSON' in value && typeof value.toJSON === 'function') return sortKeys(value.toJSON(), place);
  if (Array.isArray(value)) return value.map((item, index) => sortKeys(item, under(place, `[${index}]`)));
  return sortObject(Object.fromEntries(Object.entries(value)), place);
}

function sortObject(object: JsonObject, place: Place): JsonObject {
  // Without a prototype, a key such as `__proto__` is a key like any other.
  const sorted: JsonObject = Object.create(null);
  for (const key of Object.keys(object).sort()) {
    sorted[key.toWellFormed()] = sortKeys(object[key], under(place, `.${key}`));
  }
  return sorted;
}

function under({ what, path, depth }: Place, step: string): Place {
  return { what, path: path + step, depth: depth + 1 };
}

function withClearErrors<Value>(what: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(what);
    if (!(error instanceof TypeError)) throw error;
    throw new LibcniError('ERR_CONF_INVALID', `${what} cannot be written as JSON: ${error.message}`, {
      cause: error,
    });
  }
}

function outOfRange(value: number, { what, path }: Place): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${what} holds a number that is out of range`, {
    jsonPath: path,
    value,
  });
}
