import { LibcniError } from '../../errors/libcni-error.js';
import { giveWay } from '../../files/give-way.js';
import { describeStep, valueAt } from './json-path.js';
import { MAX_DEPTH, tooDeep } from './nesting.js';

/**
 * Serialises a JSON value as Go's encoder does: keys sorted, lone surrogates replaced by U+FFFD. Equal values give equal
 * strings.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for a number that JSON cannot hold, such as infinity or a `bigint`, with its JSON path.
 */
export function writeJson(value: unknown, what: string): string {
  return withClearErrors(value, what, () => serialize(value, 0) ?? 'null');
}

/** The members of a JSON object by key, each serialised with its name. */
export type WrittenMembers = ReadonlyMap<string, string>;

/**
 * Serialises the members of an object one by one, for JSON that is composed of several objects.
 *
 * @throws LibcniError as {@link writeJson}
 */
export function writeMembers(object: object, what: string): WrittenMembers {
  return withClearErrors(object, what, () => serializeMembers(object, 0));
}

/** How many values are written at a time, each object and each array included. */
const SLICE = 1500;

/**
 * {@link writeMembers} for values that may be large: others have their turn between slices of them, at any depth.
 *
 * @throws LibcniError as {@link writeJson}
 */
export async function writeMembersInTurns(object: object, what: string): Promise<WrittenMembers> {
  try {
    return isLarge(object) ? await serializeMembersInTurns(object, 0) : serializeMembers(object, 0);
  } catch (error) {
    throw clearError(error, object, what);
  }
}

/** The JSON of the object that has these members. */
export function joinMembers(members: WrittenMembers): string {
  const sorted = new Map<string, string>();
  // Different keys may be written alike; one of those is kept.
  for (const key of [...members.keys()].sort()) sorted.set(quote(key), members.get(key) ?? '');
  return `{${[...sorted.values()].join(',')}}`;
}

/**
 * @throws LibcniError `ERR_CONF_INVALID` for a number beyond the range of a double, or nesting beyond 1,000.
 */
export function checkNumbers(value: unknown, what: string): void {
  withClearErrors(value, what, () => visitNumbers(value, 0));
}

/** JSON has neither infinity nor a `bigint`. */
function isNoJsonNumber(value: unknown): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));
}

/** Says only that there is such a number. Its place is searched for when the error is made. */
class NumberOutOfRange extends Error {}

/** `undefined` for values that JSON leaves out. Depth is limited as in {@link checkNumbers}. */
function serialize(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return quote(value);
  if (isNoJsonNumber(value)) throw new NumberOutOfRange();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (depth >= MAX_DEPTH) throw new RangeError();
  if ('toJSON' in value && typeof value.toJSON === 'function') return serialize(value.toJSON(), depth);
  if (!Array.isArray(value)) return serializeObject(value, depth);
  return `[${serializeItems(value, depth)}]`;
}

function serializeObject(object: object, depth: number): string {
  const keys = Object.keys(object).sort();
  if (!keys.every((key) => key.isWellFormed())) return joinMembers(serializeMembers(object, depth));
  let members = '';
  for (const key of keys) {
    const text = serialize(Reflect.get(object, key), depth + 1);
    if (text !== undefined) members += `${members && ','}${quote(key)}:${text}`;
  }
  return `{${members}}`;
}

function serializeMembers(object: object, depth: number): WrittenMembers {
  const members = new Map<string, string>();
  for (const key of Object.keys(object)) {
    const text = serialize(Reflect.get(object, key), depth + 1);
    if (text !== undefined) members.set(key, `${quote(key)}:${text}`);
  }
  return members;
}

function isLarge(value: unknown): boolean {
  return leftAfter(value, SLICE) < 0;
}

/** What is left of a number of values if those in a value are taken from it; negative, but not exact, if there are more. */
function leftAfter(value: unknown, count: number): number {
  let left = count - 1;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return left;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (inner.length > left) return -1;
  for (let at = 0; at < inner.length && left >= 0; at += 1) left = leftAfter(inner[at], left);
  return left;
}

async function serializeMembersInTurns(object: object, depth: number): Promise<WrittenMembers> {
  const members = new Map<string, string>();
  for (const [key, value] of Object.entries(object)) {
    await giveWay();
    const text = await serializeInTurns(value, depth + 1);
    if (text !== undefined) members.set(key, `${quote(key)}:${text}`);
  }
  return members;
}

async function serializeInTurns(value: unknown, depth: number): Promise<string | undefined> {
  if (depth >= MAX_DEPTH || !isLarge(value)) return serialize(value, depth);
  if (Array.isArray(value)) return `[${await serializeItemsInTurns(value, depth)}]`;
  return joinMembers(await serializeMembersInTurns(Object(value), depth));
}

async function serializeItemsInTurns(items: readonly unknown[], depth: number): Promise<string> {
  const slices: string[] = [];
  for (let at = 0; at < items.length; ) {
    await giveWay();
    const end = endOfSlice(items, at);
    if (end > at) slices.push(serializeItems(items.slice(at, end), depth));
    else slices.push((await serializeInTurns(items[at], depth + 1)) ?? 'null');
    at = Math.max(end, at + 1);
  }
  return slices.join(',');
}

/** The end of the items that can be written together; the start if the first one is large itself. */
function endOfSlice(items: readonly unknown[], start: number): number {
  let left = SLICE;
  let end = start;
  while (end < items.length) {
    left = leftAfter(items[end], left);
    if (left < 0) return end;
    end += 1;
  }
  return end;
}

function serializeItems(items: readonly unknown[], depth: number): string {
  return Array.from(items, (item) => serialize(item, depth + 1) ?? 'null').join(',');
}

/** Plain characters need no escape, and most strings have no others. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text.toWellFormed());
}

function visitNumbers(value: unknown, depth: number): void {
  if (isNoJsonNumber(value)) throw new NumberOutOfRange();
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new RangeError();
  for (const item of Object.values(value)) visitNumbers(item, depth + 1);
}

function withClearErrors<Value>(value: unknown, what: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw clearError(error, value, what);
  }
}

function clearError(error: unknown, value: unknown, what: string): unknown {
  if (error instanceof NumberOutOfRange) return outOfRange(value, what);
  return error instanceof RangeError ? tooDeep(what) : error;
}

function outOfRange(root: unknown, what: string): LibcniError {
  const path = pathOutOfRange(root) ?? [];
  return new LibcniError('ERR_CONF_INVALID', `${what} holds a number that is out of range`, {
    jsonPath: `$${path.map(describeStep).join('')}`,
    value: valueAt(root, path),
  });
}

/** The steps to the first such number. */
function pathOutOfRange(value: unknown): PropertyKey[] | undefined {
  if (isNoJsonNumber(value)) return [];
  if (typeof value !== 'object' || value === null) return undefined;
  const isArray = Array.isArray(value);
  const keys = isArray ? Object.keys(value) : Object.keys(value).sort();
  for (const key of keys) {
    const rest = pathOutOfRange(Reflect.get(value, key));
    if (rest !== undefined) return [isArray ? Number(key) : key, ...rest];
  }
  return undefined;
}
