/** Arguments for `CNI_ARGS`, in order. */
export type Args = readonly (readonly [string, string])[];

/**
 * Merges arguments of several origins, the most general first, without duplicate keys, since plugins do not agree on
 * which of two counts. The most specific origin wins, and within one the last value. A key keeps its first position.
 */
export function mergedArgs(...origins: readonly (Args | undefined)[]): Args {
  return [...new Map(origins.flatMap((args = []) => args))];
}
