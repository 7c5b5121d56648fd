import { HelperClient, type NetnsInfo } from '../helper/index.js';
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
  await removeUnless(() => false, path, options);
}

/** The same, but a namespace that has taken the place of `own` since is left alone. */
export async function removeOwnNetns(path: string, own: NetnsNumbers, options: NetnsOptions): Promise<void> {
  const isAnother = ({ isNetns, inode, device }: NetnsInfo) =>
    isNetns && (inode !== own.inode || device !== own.device);
  const look = async (helper: HelperClient, end: AbortSignal | undefined) =>
    // What cannot be looked at is refused, or known to be gone, by the removal.
    await helper.inspectNetns(path, { signal: end }).then(isAnother, () => false);
  await removeUnless(look, path, options);
}

type NetnsNumbers = Pick<NetnsInfo, 'inode' | 'device'>;

async function removeUnless(
  isSpared: (helper: HelperClient, end: AbortSignal | undefined) => boolean | Promise<boolean>,
  path: string,
  { helper = HelperClient.shared(), ...limits }: NetnsOptions,
): Promise<void> {
  try {
    await abandoning({ doing: 'remove network namespace', path, ...limits }, async (end) => {
      if (await isSpared(helper, end)) return;
      end?.throwIfAborted();
      await helper.removeNetns(path, { signal: end });
    });
  } catch (error) {
    throw netnsFailure('remove', path, error);
  }
}
