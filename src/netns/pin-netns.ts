import { HelperClient } from '../platform/helper/index.js';
import { type CreateNetnsOptions, keepNetns, parseCreation } from './create-netns.js';
import { inspectNetns } from './inspect-netns.js';
import type { Netns } from './netns.js';
import { processNetnsPath } from './process-netns.js';
import { abandoning } from './within-limits.js';

/** Where the file of a process's namespace is kept. */
export type PinNetnsOptions = CreateNetnsOptions;

/**
 * Gives the network namespace of a process a file, as `createNetns` gives one to a new namespace. It stays when the process
 * has ended, and nothing depends on a process id any more, which another process gets one day.
 *
 * @throws LibcniError `ERR_NOT_FOUND` where there is no such process, and those of `createNetns`.
 */
export async function pinNetns(pid: number, options: PinNetnsOptions = {}): Promise<Netns> {
  const given = parseCreation(options);
  const { helper = HelperClient.shared(), signal, timeoutMs } = given;
  const path = processNetnsPath(pid);
  await abandoning({ doing: 'look at network namespace', path, signal, timeoutMs }, (end) =>
    inspectNetns(path, helper, end),
  );
  return await keepNetns(given, path);
}
