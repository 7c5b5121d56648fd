import { annotationCalled, refused } from '../capabilities/check-value.js';
import { NETWORKS_ANNOTATION } from './keys.js';
import type { NetworkSelection } from './network-selection.js';

/** A selection that has an interface. */
export type AssignedSelection = NetworkSelection & { readonly interface: string };

/**
 * Gives every selection an interface: the one it asks for, or `net1` for the first of the list, `net2` for the
 * second and so on.
 *
 * @param taken - interfaces that the pod already has, for example that of its default network
 * @throws LibcniError `ERR_ANNOTATION` if two would have the same.
 */
export function assignInterfaces(
  selections: readonly NetworkSelection[],
  taken: readonly string[] = [],
): AssignedSelection[] {
  const used = new Set(taken);
  return selections.map((selection, index) => {
    const ifName = selection.interface ?? `net${index + 1}`;
    if (used.has(ifName)) {
      const jsonPath = `$[${index}].interface`;
      const what = annotationCalled(NETWORKS_ANNOTATION);
      throw refused(what, 'would have an interface that is taken', { jsonPath, value: ifName });
    }
    used.add(ifName);
    return { ...selection, interface: ifName };
  });
}
