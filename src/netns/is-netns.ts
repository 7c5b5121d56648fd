import { HelperClient, SpawnError } from '../helper/index.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

/**
 * Whether there is a network namespace at `path`; `false` where there is nothing.
 *
 * @throws LibcniError `ERR_PERMISSION` where that cannot be seen, `ERR_ABORTED`, `ERR_TIMEOUT`.
 */
export async function isNetns(path: string, options: NetnsOptions = {}): Promise<boolean> {
  const { helper = HelperClient.shared(), ...limits } = options;
  try {
    const info = await abandoning({ doing: 'inspect network namespace', path, ...limits }, (end) =>
      helper.inspectNetns(path, { signal: end }),
    );
    return info.isNetns;
  } catch (error) {
    if (error instanceof SpawnError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return false;
    throw netnsFailure('inspect', path, error);
  }
}
