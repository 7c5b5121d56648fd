import type { JsonObject } from './parse-json.js';

/**
 * Makes a function that gives known keys their canonical spelling, whatever their case. Go's decoder, and so every
 * plugin, matches keys without regard to case; of several spellings the last non-null value wins. Other keys stay as
 * they are.
 */
export function keyFolder(canonicalKeys: readonly string[]): (object: JsonObject) => JsonObject {
  const known = new Map(canonicalKeys.map((key) => [fold(key), key]));
  const canonical = new Set(canonicalKeys);
  const isCanonical = (key: string) => canonical.has(key) || !known.has(fold(key));
  return (object) => (Object.keys(object).every(isCanonical) ? object : foldKeys(object, known));
}

function foldKeys(object: JsonObject, known: ReadonlyMap<string, string>): JsonObject {
  const folded = new Map<string, unknown>();
  for (const [key, value] of Object.entries(object)) {
    const canonical = known.get(fold(key)) ?? key;
    if (value !== null || !folded.has(canonical)) folded.set(canonical, value);
  }
  return Object.fromEntries(folded);
}

/** Go also folds the long s and the Kelvin sign. */
function fold(key: string): string {
  return key.replaceAll('\u017F', 's').toLowerCase();
}
