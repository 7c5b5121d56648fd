import { refused } from '../capabilities/check-value.js';
import { interfaceNameField, isLabel } from './name-fields.js';
import type { NetworkSelection } from './network-selection.js';

/** What {@link selectionsFromText} needs to know. */
export interface SelectionTextOptions {
  /** The namespace of networks named without one. */
  readonly namespace: string;
  /** What the string is, to begin a message with. */
  readonly what: string;
}

/**
 * Parses comma-separated selections `[<namespace>/]<name>[@<interface>]`. Namespace and name are DNS labels in lower
 * case.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function selectionsFromText(text: string, options: SelectionTextOptions): NetworkSelection[] {
  if (text.trim() === '') return [];
  return text.split(',').map((item, index) => fromItem(item.trim(), { ...options, jsonPath: `$[${index}]` }));
}

interface ItemOptions extends SelectionTextOptions {
  readonly jsonPath: string;
}

function fromItem(item: string, { namespace, what, jsonPath }: ItemOptions): NetworkSelection {
  const parts = /^(?:([^/@]*)\/)?([^/@]*)(?:@([^/@]*))?$/.exec(item)?.slice(1);
  if (parts === undefined) {
    throw refused(what, 'must be [<namespace>/]<name>[@<interface>]', { jsonPath, value: item });
  }
  const [own, name = '', ifName] = parts.map((part) => part?.trim());
  // The pod's namespace does not come from the string.
  if (![own ?? 'default', name].every(isLabel)) {
    const problem = 'must consist of names with lower-case letters, digits and "-"';
    throw refused(what, problem, { jsonPath, value: item });
  }
  if (ifName === undefined) return { name, namespace: own ?? namespace };
  if (interfaceNameField().safeParse(ifName).success) {
    return { name, namespace: own ?? namespace, interface: ifName };
  }
  throw refused(what, 'must name an interface of at most 15 bytes', { jsonPath, value: item });
}
