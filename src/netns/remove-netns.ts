import { HelperClient } from '../helper/index.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

/**
 * Removes the namespace at `path` and its file, however often it is mounted there. Fine where there is none, and for
 * the empty file, writable for nobody, that a reboot leaves behind.
 *
 * A removal that is ended by its limits is not waited for any more. One that the native helper has begun by then is done
 * nevertheless, and one that waits for its turn is not.
 *
 * @throws LibcniError `ERR_NETNS` where the file is something else, which is left alone; `ERR_PERMISSION`,
 * `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID` where `timeoutMs` is no time.
 */
export async function removeNetns(path: string, options: NetnsOptions = {}): Promise<void> {
  const { helper = HelperClient.shared(), ...limits } = options;
  try {
    await abandoning({ doing: 'remove network namespace', path, ...limits }, (end) =>
      helper.removeNetns(path, { signal: end }),
    );
  } catch (error) {
    throw netnsFailure('remove', path, error);
  }
}
