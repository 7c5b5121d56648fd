import { resolve } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { HelperClient } from '../helper/index.js';
import { Netns } from './netns.js';
import { netnsFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';

/**
 * The namespace that is kept at `path`. `/proc/<pid>/ns/net` is one as well.
 *
 * @throws LibcniError `ERR_NETNS` where there is no network namespace, `ERR_PERMISSION`.
 */
export async function openNetns(path: string, options: NetnsOptions = {}): Promise<Netns> {
  const { helper = HelperClient.shared() } = options;
  const absolute = resolve(path);
  const info = await inspect(helper, absolute);
  if (!info.isNetns)
    throw new LibcniError('ERR_NETNS', `${path} is not a network namespace`, { value: absolute });
  return new Netns(absolute, info, helper);
}

async function inspect(helper: HelperClient, path: string) {
  try {
    return await helper.inspectNetns(path);
  } catch (error) {
    throw netnsFailure('open', path, error);
  }
}
