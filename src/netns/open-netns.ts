import { resolve } from 'node:path';
import { HelperClient } from '../helper/index.js';
import { inspectNetns } from './inspect-netns.js';
import { Netns } from './netns.js';
import type { NetnsOptions } from './netns-options.js';
import { processNetnsPath } from './process-netns.js';
import { abandoning } from './within-limits.js';

/**
 * The namespace that is kept at `path`.
 *
 * @throws LibcniError `ERR_NETNS` where there is no network namespace, `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`.
 */
export async function openNetns(path: string, options: NetnsOptions = {}): Promise<Netns> {
  const { helper = HelperClient.shared(), ...limits } = options;
  const absolute = resolve(path);
  const work = { doing: 'open network namespace', path: absolute, ...limits };
  const info = await abandoning(work, (end) => inspectNetns(absolute, helper, end));
  return new Netns(absolute, info, helper);
}

/**
 * The namespace that a process lives in. It is reached through the process: once that has ended, commands can no longer be
 * run in it, and it cannot be removed.
 *
 * @throws LibcniError `ERR_NOT_FOUND` where there is no such process, `ERR_PERMISSION`, `ERR_ABORTED`, `ERR_TIMEOUT`.
 */
export async function openNetnsOfProcess(pid: number, options: NetnsOptions = {}): Promise<Netns> {
  return await openNetns(processNetnsPath(pid), options);
}
