import { giveWay } from '../../files/give-way.js';
import { keyFolder } from '../json/fold-keys.js';
import type { JsonObject } from '../json/parse-json.js';
import { resultOfVersion, versionedResult } from './create-result.js';
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
  if (long.length === 0) return resultOfVersion(raw, version);
  try {
    return await checkSlices(raw, version, long);
  } catch {
    // Only a check of the whole result knows the index of the wrong item.
    return resultOfVersion(raw, version);
  }
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
  const beginnings = long.map(([key, items]) => [key, items.slice(0, SLICE)]);
  const result = resultOfVersion({ ...raw, ...Object.fromEntries(beginnings) }, version);
  const { cniVersion } = result;
  for (const [key, items] of long) {
    const checked: unknown[] = [];
    for (let at = 0; at < items.length; at += SLICE) {
      await giveWay();
      const slice = resultOfVersion({ cniVersion, [key]: items.slice(at, at + SLICE) }, version);
      checked.push(Reflect.get(slice, key));
    }
    Object.assign(result, { [key]: checked.flat() });
  }
  return result;
}
