import * as z from 'zod';
import { annotationCalled, checkAnnotation, expectText, refused } from '../capabilities/check-value.js';
import { DEFAULT_NETWORK_ANNOTATION, NETWORKS_ANNOTATION } from './keys.js';
import { type NetworkSelection, networkSelectionSchema } from './network-selection.js';
import { selectionsFromText } from './selection-text.js';

/** How to read a selection of networks. */
export interface SelectionOptions {
  /** The namespace of networks named without one: the pod's. */
  readonly namespace: string;
}

/**
 * The networks that the annotation `k8s.v1.cni.cncf.io/networks` selects, in order. It has two forms: comma-separated
 * items `[<namespace>/]<name>[@<interface>]`, and a JSON array of objects, assumed if it contains one of `[`, `{` and
 * `"`. One invalid value makes all of it invalid; a blank string selects nothing.
 * The same network may be selected twice, the same interface may not.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value; elements of the first form
 * count as elements of an array.
 */
export function parseNetworkSelections(text: string, { namespace }: SelectionOptions): NetworkSelection[] {
  return parseSelections(text, { namespace, annotation: NETWORKS_ANNOTATION });
}

/**
 * The network that the annotation `v1.multus-cni.io/default-network` selects instead of the default one, in either form
 * of {@link parseNetworkSelections}.
 *
 * @throws LibcniError `ERR_ANNOTATION`, also if it selects none or several.
 */
export function parseDefaultNetwork(text: string, { namespace }: SelectionOptions): NetworkSelection {
  const annotation = DEFAULT_NETWORK_ANNOTATION;
  const [selection, ...others] = parseSelections(text, { namespace, annotation });
  if (selection !== undefined && others.length === 0) return selection;
  throw refused(annotationCalled(annotation), 'must select one network', { value: text });
}

interface ParseOptions extends SelectionOptions {
  readonly annotation: string;
}

function parseSelections(text: string, options: ParseOptions): NetworkSelection[] {
  const what = annotationCalled(options.annotation);
  const isJson = /[[{"]/.test(expectText(text, what));
  const selections = isJson ? fromJson(text, options) : selectionsFromText(text, { ...options, what });
  refuseDoubles(selections, what);
  return selections;
}

function fromJson(text: string, { namespace, annotation }: ParseOptions): NetworkSelection[] {
  const schema = z.array(networkSelectionSchema(namespace), { error: 'must be an array of selections' });
  return checkAnnotation(schema, text, annotation);
}

function refuseDoubles(selections: readonly NetworkSelection[], what: string): void {
  const taken = new Set<string>();
  for (const [index, { interface: value }] of selections.entries()) {
    if (value === undefined) continue;
    if (taken.has(value)) {
      throw refused(what, 'selects an interface twice', { jsonPath: `$[${index}].interface`, value });
    }
    taken.add(value);
  }
}
