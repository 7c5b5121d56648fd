import { validateContainerId, validateInterfaceName, validateNetworkName } from '../../libcni/index.js';
import type { TargetRequest } from './request.js';

/**
 * Checks the names in a request before any of them becomes a part of a path: locks and journal are looked for by them
 * long before a plugin is run.
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
