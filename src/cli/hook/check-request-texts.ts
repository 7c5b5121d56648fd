import { hookSettings } from '../../hook/hook-settings.js';
import { validateInterfaceName, validateNetworkName } from '../../libcni/index.js';
import type { HookCommandOptions } from './options.js';
import { requestEnvironment } from './request-texts.js';

/**
 * Refuses options that a hook could not parse: better now than with each container.
 *
 * @throws LibcniError `ERR_ANNOTATION`, `ERR_CONF_INVALID`
 */
export function checkRequestTexts(options: HookCommandOptions): void {
  const env = requestEnvironment(options);
  const { networks = [], defaultIfName } = hookSettings({ state: {}, env, request: {} });
  for (const { name, ifName } of networks) {
    validateNetworkName(name);
    if (ifName !== undefined) validateInterfaceName(ifName);
  }
  if (defaultIfName !== undefined) validateInterfaceName(defaultIfName);
  if (options.defaultNetwork !== undefined) validateNetworkName(options.defaultNetwork);
}
