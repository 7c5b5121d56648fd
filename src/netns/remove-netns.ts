import { HelperClient } from '../helper/index.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';

/**
 * Removes the namespace at `path` and its file, however often it is mounted there. Fine where there is none, and for
 * the empty file, writable for nobody, that a reboot leaves behind.
 *
 * @throws LibcniError `ERR_NETNS` where the file is something else, which is left alone; `ERR_PERMISSION`.
 */
export async function removeNetns(path: string, options: NetnsOptions = {}): Promise<void> {
  const { helper = HelperClient.shared() } = options;
  try {
    await helper.removeNetns(path);
  } catch (error) {
    throw netnsFailure('remove', path, error);
  }
}
