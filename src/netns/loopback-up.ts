import { HelperClient } from '../platform/helper/index.js';
import { checkedOptions, checkPath } from './checked-arguments.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

/**
 * Brings the interface `lo` of the namespace at `path` up, without a plugin.
 *
 * @throws LibcniError `ERR_NETNS` where there is no network namespace, `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`,
 * `ERR_CONF_INVALID` where an argument is invalid.
 */
export async function loopbackUp(path: string, options: NetnsOptions = {}): Promise<void> {
  checkPath('path', path);
  const { helper = HelperClient.shared(), ...limits } = checkedOptions(options ?? {});
  try {
    await abandoning({ doing: 'bring lo up in network namespace', path, ...limits }, (end) =>
      helper.loopbackUp(path, { signal: end }),
    );
  } catch (error) {
    throw netnsFailure('bring lo up in', path, error);
  }
}
