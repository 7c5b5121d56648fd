import { HelperClient } from '../helper/index.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';

/**
 * Brings the interface `lo` of the namespace at `path` up, without a plugin.
 *
 * @throws LibcniError `ERR_NETNS` where there is no network namespace, `ERR_PERMISSION`.
 */
export async function loopbackUp(path: string, options: NetnsOptions = {}): Promise<void> {
  const { helper = HelperClient.shared() } = options;
  try {
    await helper.loopbackUp(path);
  } catch (error) {
    throw netnsFailure('bring lo up in', path, error);
  }
}
