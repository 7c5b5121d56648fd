import type * as z from 'zod';
import { keys, optional } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseOptions } from '../arguments/parse-argument.js';
import { HelperClient } from '../platform/helper/index.js';
import { netnsFields, netnsPathField } from './call-fields.js';
import { defaultNetnsFolder } from './default-folder.js';
import { inspectNetns } from './inspect-netns.js';
import { listNetns } from './list-netns.js';
import type { NetnsEntry } from './netns-entry.js';
import type { NetnsOptions } from './netns-options.js';
import { processNetnsPath } from './process-netns.js';
import { abandoning } from './within-limits.js';

/** Where to look for the namespace of a process. */
export interface IdentifyNetnsOptions extends NetnsOptions {
  /** The folder. @default /var/run/netns as root, else `$XDG_RUNTIME_DIR/netns` */
  readonly dir?: string | undefined;
}

const optionsSchema = lazy(
  () =>
    keys({
      ...netnsFields(),
      dir: optional(netnsPathField()),
    }) satisfies z.ZodType<IdentifyNetnsOptions>,
);

/**
 * The entries of the folder that are the network namespace of a process: none if it is in another one, and several if the
 * namespace has several names.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if there is no such process, `ERR_PERMISSION`, `ERR_NETNS`, `ERR_ABORTED`,
 * `ERR_TIMEOUT`, `ERR_CONF_INVALID` if an option is invalid.
 */
export async function identifyNetns(pid: number, options: IdentifyNetnsOptions = {}): Promise<NetnsEntry[]> {
  const given = parseOptions(optionsSchema(), options);
  const { helper = HelperClient.shared(), dir = defaultNetnsFolder(), ...limits } = given;
  const path = processNetnsPath(pid);
  return await abandoning({ doing: 'identify network namespace', path, ...limits }, async (end) => {
    const { inode } = await inspectNetns(path, helper, end);
    const entries = await listNetns(dir, { helper, signal: end });
    return entries.filter((entry) => entry.inode === inode);
  });
}
