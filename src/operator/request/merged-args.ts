/** Arguments for `CNI_ARGS`, in order. */
export type Args = readonly (readonly [string, string])[];

/**
 * The arguments of several origins, the most general first, as one list without duplicate keys: plugins do not
 * agree on which of two counts. The most specific origin wins, and within one the last value. A key keeps the place
 * where it stood first.
 */
export function mergedArgs(...origins: readonly (Args | undefined)[]): Args {
  return [...new Map(origins.flatMap((args = []) => args))];
}
