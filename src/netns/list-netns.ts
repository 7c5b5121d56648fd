import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { isOwnError } from '../errors/own-error.js';
import { hasCode } from '../errors/system-error.js';
import { HelperClient } from '../platform/helper/index.js';
import { folderSchema, netnsOptionsSchema } from './call-fields.js';
import { defaultNetnsFolder } from './default-folder.js';
import { readHelperMounts } from './mount-table.js';
import { describeEntry, type NetnsEntry } from './netns-entry.js';
import { fileFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { abandoning } from './within-limits.js';

/**
 * The entries of a folder of namespaces, sorted by name: namespaces, files left by a reboot, and foreign files. A missing
 * folder has no entries. Nothing is opened, so that a pipe or a device does no harm.
 *
 * @param dir - the folder; the default one if left out
 * @throws LibcniError `ERR_PERMISSION`, `ERR_NETNS` if the folder cannot be read, `ERR_ABORTED`, `ERR_TIMEOUT`,
 * `ERR_CONF_INVALID` if an argument is invalid.
 */
export async function listNetns(dir?: string, options: NetnsOptions = {}): Promise<NetnsEntry[]> {
  const given = parseArgument(folderSchema(), dir, 'dir');
  const { helper = HelperClient.shared(), ...limits } = parseOptions(netnsOptionsSchema(), options);
  const folder = resolve(given ?? defaultNetnsFolder());
  try {
    return await abandoning({ doing: 'list the namespaces in', path: folder, ...limits }, (end) =>
      listFolder(folder, helper, end),
    );
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw isOwnError(error) ? error : fileFailure('list the namespaces in', folder, error);
  }
}

async function listFolder(
  folder: string,
  helper: HelperClient,
  signal: AbortSignal | undefined,
): Promise<NetnsEntry[]> {
  const realFolder = await realpath(folder);
  const names = await readdir(realFolder);
  if (names.length === 0) return [];
  const table = await readHelperMounts(helper, signal);
  return names
    .sort()
    .map((name) => describeEntry({ name, path: join(folder, name), realPath: join(realFolder, name) }, table))
    .filter((entry) => entry !== undefined);
}
