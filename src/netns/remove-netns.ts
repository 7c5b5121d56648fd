import { resolve } from 'node:path';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { HelperClient } from '../platform/helper/index.js';
import { netnsOptionsSchema, netnsPathField } from './call-fields.js';
import { netnsFailure } from './netns-failure.js';
import { readOwnLink, removeLink } from './netns-link.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

/**
 * Removes the namespace at `path` and its file, however often it is mounted there, and the link too if `path` is a link
 * made by `createNetns`. A missing namespace is fine; the empty, read-only file that a reboot leaves is removed too.
 *
 * When a limit ends the call, it stops waiting. A removal that the native helper has begun is still done; one that waits
 * for its turn is not.
 *
 * @throws LibcniError `ERR_NETNS` if the file is something else, which is left alone; `ERR_PERMISSION`,
 * `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_CONF_INVALID` if an argument is invalid.
 */
export async function removeNetns(path: string, options: NetnsOptions = {}): Promise<void> {
  parseArgument(netnsPathField(), path, 'path');
  const { helper = HelperClient.shared(), ...limits } = parseOptions(netnsOptionsSchema(), options);
  try {
    await abandoning({ doing: 'remove network namespace', path, ...limits }, (end) =>
      removeAt(resolve(path), helper, end),
    );
  } catch (error) {
    throw netnsFailure('remove', path, error);
  }
}

/** The link is removed last, so that a failed removal can be repeated with it. */
async function removeAt(path: string, helper: HelperClient, signal: AbortSignal | undefined): Promise<void> {
  const target = await readOwnLink(path);
  await helper.removeNetns(target ?? path, { signal });
  if (target !== undefined) await removeLink(path, target);
}
