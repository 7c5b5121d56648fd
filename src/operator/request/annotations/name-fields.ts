import { lazy } from '../../../arguments/lazy.js';
import { isOwnError } from '../../../errors/own-error.js';
import { validateInterfaceName, validateNetworkName } from '../../../libcni/names.js';
import { checkedText } from '../capabilities/fields.js';

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** A DNS label in lower case, as the multi-network standard requires for names. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/** The name of a network, as every verb accepts it. */
export const networkNameField = lazy(() =>
  checkedText('must be the name of a network: letters, digits, "_", "." and "-"', (name) =>
    passes(validateNetworkName, name),
  ),
);

/** The name of an interface, as every verb accepts it. */
export const interfaceNameField = lazy(() =>
  checkedText('must be the name of an interface: 1 to 15 bytes, without "/", ":" and white space', (name) =>
    passes(validateInterfaceName, name),
  ),
);

/** The name of a Kubernetes namespace. */
export const namespaceField = lazy(() =>
  checkedText('must be the name of a namespace: lower-case letters, digits and "-"', isLabel),
);

function passes(validate: (name: string) => void, name: string): boolean {
  try {
    validate(name);
    return true;
  } catch (error) {
    if (isOwnError(error)) return false;
    throw error;
  }
}
