import { validateContainerId, validateInterfaceName, validateNetworkName } from '../../libcni/index.js';
import type { TargetRequest } from './request.js';

/**
 * Checks the names in a request before any of them becomes part of a path: lock and journal files are named after them
 * long before a plugin runs.
 *
 * @throws LibcniError `ERR_CONF_INVALID` with the name as its value.
 */
export function validateNames({ id, networks = [], defaultIfName }: Omit<TargetRequest, 'netns'>): void {
  validateContainerId(id);
  if (defaultIfName !== undefined) validateInterfaceName(defaultIfName);
  for (const { name, ifName } of networks) {
    validateNetworkName(name);
    if (ifName !== undefined) validateInterfaceName(ifName);
  }
}
