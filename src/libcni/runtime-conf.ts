import { LibcniError } from '../errors/libcni-error.js';
import { validateContainerId, validateInterfaceName, validateNetworkName } from './names.js';

/** What one attachment of a container to a network is made of, beside the network's configuration. */
export interface RuntimeConf {
  readonly containerId: string;
  /** Path of the network namespace; the empty string where it is gone already (DEL only). */
  readonly netns: string;
  /** The name of the interface inside the namespace. */
  readonly ifName: string;
  /** Arguments for `CNI_ARGS`, in order. @default none */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** Values for `runtimeConfig`, by capability. @default none */
  readonly capabilityArgs?: Readonly<Record<string, unknown>> | undefined;
  /** Used where the `CNIConfig` has no `cacheDir`. */
  readonly cacheDir?: string | undefined;
}

/**
 * Checks all that becomes a file name or an environment variable.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function validateAttachment(network: string, rt: RuntimeConf): void {
  validateContainerId(rt.containerId);
  validateNetworkName(network);
  validateInterfaceName(rt.ifName);
  if (typeof rt.netns !== 'string' || rt.netns.includes('\0')) {
    throw new LibcniError('ERR_CONF_INVALID', 'netns must be a path without NUL', { value: rt.netns });
  }
}

/**
 * The value of `CNI_ARGS`: `K=V` pairs separated by `;`.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for a pair that would be read back as something else.
 */
export function formatCniArgs(args: RuntimeConf['args'] = []): string {
  return args.map(formatPair).join(';');
}

function formatPair([key, value]: readonly [string, string]): string {
  const pair = `${key}=${value}`;
  if (key === '' || /[=;\0]/.test(key) || /[;\0]/.test(value)) {
    const summary = `argument ${JSON.stringify(pair)} cannot stand in CNI_ARGS`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { value: [key, value] });
  }
  return pair;
}
