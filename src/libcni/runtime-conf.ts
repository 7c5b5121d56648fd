import { LibcniError } from '../errors/libcni-error.js';
import type { CapabilityArgs } from './capability-args.js';
import { validateContainerId, validateInterfaceName, validateNetworkName } from './names.js';

/**
 * The arguments of one attachment of a container to a network, besides the network's configuration. Declare capabilities
 * of your own with the type parameter.
 */
export interface RuntimeConf<Others extends object = Record<never, never>> {
  readonly containerId: string;
  /** Path of the network namespace; an empty string if it is already gone (DEL only). */
  readonly netns: string;
  /** The name of the interface inside the namespace. */
  readonly ifName: string;
  /** Arguments for `CNI_ARGS`, in order. @default none */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** Values for `runtimeConfig`, by capability. @default none */
  readonly capabilityArgs?: CapabilityArgs<Others> | undefined;
  /** The cache folder, if the `CNIConfig` has no `cacheDir`. */
  readonly cacheDir?: string | undefined;
}

/**
 * Checks everything that becomes a file name or an environment variable.
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
 * @throws LibcniError `ERR_CONF_INVALID` for a pair that plugins would misread.
 */
export function formatCniArgs(args: RuntimeConf['args'] = []): string {
  const [ambiguous] = ambiguousArgs(args);
  if (ambiguous === undefined) return handOnCniArgs(args);
  const rule = 'a key must not be empty or hold "=", ";" or NUL, nor a value ";" or NUL';
  const summary = `argument ${JSON.stringify(ambiguous.join('='))} cannot be part of CNI_ARGS: ${rule}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value: ambiguous });
}

/**
 * The same for an attachment that was made with such arguments and must be removed: written as Go writes them. Those
 * with NUL are left out, since no environment can hold NUL.
 */
export function handOnCniArgs(args: RuntimeConf['args'] = []): string {
  const pairs = args.map(([key, value]) => `${key}=${value}`);
  return pairs.filter((pair) => !pair.includes('\0')).join(';');
}

/** The arguments that plugins would misread. */
export function ambiguousArgs(args: RuntimeConf['args'] = []): NonNullable<RuntimeConf['args']> {
  return args.filter(([key, value]) => key === '' || /[=;\0]/.test(key) || /[;\0]/.test(value));
}
