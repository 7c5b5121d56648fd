import { LibcniError } from '../errors/libcni-error.js';
import { type HelperClient, type NetnsInfo, SpawnError } from '../platform/helper/index.js';
import { netnsFailure } from './netns-failure.js';
import { processOfPath } from './process-netns.js';

/** The numbers of the network namespace at an absolute path. Throws if there is none. */
export async function inspectNetns(
  path: string,
  helper: HelperClient,
  signal?: AbortSignal,
): Promise<NetnsInfo> {
  const info = await inspect(path, helper, signal);
  if (info.isNetns) return info;
  throw new LibcniError('ERR_NETNS', `${path} is not a network namespace`, { value: path });
}

async function inspect(path: string, helper: HelperClient, signal?: AbortSignal): Promise<NetnsInfo> {
  try {
    return await helper.inspectNetns(path, { signal });
  } catch (error) {
    const pid = processOfPath(path);
    if (pid !== undefined && error instanceof SpawnError && ['ENOENT', 'ESRCH'].includes(error.code))
      throw new LibcniError('ERR_NOT_FOUND', `there is no process ${pid}`, { cause: error, value: pid });
    throw netnsFailure('open', path, error);
  }
}
