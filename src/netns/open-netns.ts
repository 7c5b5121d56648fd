import { resolve } from 'node:path';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { HelperClient } from '../platform/helper/index.js';
import { netnsOptionsSchema, netnsPathField } from './call-fields.js';
import { inspectNetns } from './inspect-netns.js';
import { Netns } from './netns.js';
import { readOwnLink } from './netns-link.js';
import type { NetnsOptions } from './netns-options.js';
import { processNetnsPath } from './process-netns.js';
import { abandoning } from './within-limits.js';

/**
 * Opens the namespace at `path`.
 *
 * @param path - its file, or a link to it made by `createNetns`, which the handle removes with it
 * @throws LibcniError `ERR_NETNS` if there is no network namespace, `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`,
 * `ERR_CONF_INVALID` if an argument is invalid.
 */
export async function openNetns(path: string, options: NetnsOptions = {}): Promise<Netns> {
  parseArgument(netnsPathField(), path, 'path');
  const { helper = HelperClient.shared(), ...limits } = parseOptions(netnsOptionsSchema(), options);
  const given = resolve(path);
  return await abandoning({ doing: 'open network namespace', path: given, ...limits }, async (end) => {
    const target = await readOwnLink(given);
    const file = target ?? given;
    const info = await inspectNetns(file, helper, end);
    return new Netns(file, info, helper, target === undefined ? undefined : given);
  });
}

/**
 * Opens the namespace of a process. It is accessed through the process: once the process has ended, commands can no longer
 * run in it. It cannot be removed.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if there is no such process, `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`.
 */
export async function openNetnsOfProcess(pid: number, options: NetnsOptions = {}): Promise<Netns> {
  return await openNetns(processNetnsPath(pid), options);
}
