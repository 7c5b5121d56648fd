import { HelperClient } from '../platform/helper/index.js';
import { type CreateNetnsOptions, keepNetns, parseCreation } from './create-netns.js';
import { inspectNetns } from './inspect-netns.js';
import type { Netns } from './netns.js';
import { processNetnsPath } from './process-netns.js';
import { abandoning } from './within-limits.js';

/** Where to pin a process's namespace. */
export type PinNetnsOptions = CreateNetnsOptions;

/**
 * Pins the network namespace of a process with a file, like that of `createNetns`. It stays when the process has ended,
 * and nothing depends on the process id any more, which will be reused.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if there is no such process, and those of `createNetns`.
 */
export async function pinNetns(pid: number, options: PinNetnsOptions = {}): Promise<Netns> {
  const given = parseCreation(options);
  const { helper = HelperClient.shared(), signal, timeoutMs } = given;
  const path = processNetnsPath(pid);
  await abandoning({ doing: 'inspect network namespace', path, signal, timeoutMs }, (end) =>
    inspectNetns(path, helper, end),
  );
  return await keepNetns(given, path);
}
