import { HelperClient, SpawnError } from '../helper/index.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';

/**
 * Whether there is a network namespace at `path`; `false` where there is nothing.
 *
 * @throws LibcniError `ERR_PERMISSION` where that cannot be seen.
 */
export async function isNetns(path: string, options: NetnsOptions = {}): Promise<boolean> {
  const { helper = HelperClient.shared() } = options;
  try {
    return (await helper.inspectNetns(path)).isNetns;
  } catch (error) {
    if (error instanceof SpawnError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw netnsFailure('inspect', path, error);
  }
}
