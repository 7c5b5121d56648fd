import { pathInWhole } from '../../arguments/path-in-whole.js';
import { giveWay } from '../../files/give-way.js';
import { keyFolder } from '../json/fold-keys.js';
import type { JsonObject } from '../json/parse-json.js';
import { resultOfPart, resultOfVersion, versionedResult } from './create-result.js';
import type { Result } from './types.js';

/** How many items of an array are checked at a time. */
const SLICE = 250;

const ARRAYS = ['interfaces', 'ips', 'routes'];

const foldArrays = keyFolder(ARRAYS);

/** `resultFromJson` for a result that may be large: others have their turn meanwhile. */
export async function resultFromJsonInTurns(parsed: unknown): Promise<Result> {
  const { raw, version } = versionedResult(parsed);
  return await resultOfVersionInTurns(raw, version);
}

/** `resultOfVersion` for a result that may be large: others have their turn between slices of its arrays. */
export async function resultOfVersionInTurns(raw: JsonObject, version: string): Promise<Result> {
  const long = longArrays(raw);
  return long.length === 0 ? resultOfVersion(raw, version) : await checkSlices(raw, version, long);
}

type NamedArray = readonly [key: string, items: unknown[]];

/** None if a key has another spelling: then several keys may mean the same array. */
function longArrays(raw: JsonObject): NamedArray[] {
  if (foldArrays(raw) !== raw) return [];
  return ARRAYS.flatMap((key) => {
    const items = raw[key];
    return Array.isArray(items) && items.length > SLICE ? [[key, items] as const] : [];
  });
}

async function checkSlices(raw: JsonObject, version: string, long: readonly NamedArray[]): Promise<Result> {
  const short = { ...raw, ...Object.fromEntries(long.map(([key, items]) => [key, items.slice(0, SLICE)])) };
  const checked: [key: string, items: unknown[]][] = [];
  for (const [key, items] of long) {
    const slices: unknown[] = [];
    for (let start = 0; start < items.length; start += SLICE) {
      await giveWay();
      const slice = items.slice(start, start + SLICE);
      slices.push(checkSlice({ short, version, key, slice, start }));
    }
    checked.push([key, slices.flat()]);
  }
  return Object.assign(resultOfVersion(short, version), Object.fromEntries(checked));
}

interface Slice {
  /** The result with only the beginnings of its long arrays. */
  readonly short: JsonObject;
  readonly version: string;
  readonly key: string;
  readonly slice: readonly unknown[];
  readonly start: number;
}

/** A fault elsewhere in the result may come before that of the slice, so the result is checked with the wrong slice. */
function checkSlice({ short, version, key, slice, start }: Slice): unknown {
  try {
    return Reflect.get(resultOfVersion({ cniVersion: version, [key]: slice }, version), key);
  } catch {
    return Reflect.get(resultOfPart({ ...short, [key]: slice }, version, pathInWhole([key], start)), key);
  }
}
