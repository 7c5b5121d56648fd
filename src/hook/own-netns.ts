import { statfsSync, statSync } from 'node:fs';
import { LibcniError } from '../errors/libcni-error.js';
import { hasCode } from '../errors/system-error.js';
import { fileFailure } from '../netns/index.js';

/** The magic number of the file system of namespaces. */
const NSFS = 0x6e736673;
const MISSING = ['ENOENT', 'ENOTDIR', 'ESRCH', 'ENAMETOOLONG', 'ELOOP'];

/** Tells namespaces apart while both exist. */
export interface NetnsNumbers {
  readonly inode: bigint;
  readonly device: bigint;
}

/**
 * The numbers of the namespace at a path; `undefined` if there is none, or it may not be seen. Read synchronously: the
 * kernel answers without any disk.
 */
export function netnsNumbers(path: string): NetnsNumbers | undefined {
  try {
    return readNumbers(path);
  } catch (error) {
    if (hasCode(error, ...MISSING, 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}

/**
 * The numbers of a namespace that must be there.
 *
 * @throws LibcniError `ERR_NETNS`; `ERR_PERMISSION` for that of a process that this one may not look at
 */
export function requireNetns(path: string): NetnsNumbers {
  try {
    const numbers = readNumbers(path);
    if (numbers !== undefined) return numbers;
  } catch (error) {
    if (!hasCode(error, ...MISSING)) throw fileFailure('inspect network namespace', path, error);
  }
  throw new LibcniError('ERR_NETNS', `there is no network namespace at ${path}`, { value: path });
}

function readNumbers(path: string): NetnsNumbers | undefined {
  if (statfsSync(path).type !== NSFS) return undefined;
  const { ino: inode, dev: device } = statSync(path, { bigint: true });
  return { inode, device };
}

/** Whether two paths lead to one namespace. */
export function isSameNetns(one: NetnsNumbers | undefined, other: NetnsNumbers | undefined): boolean {
  return one !== undefined && one.inode === other?.inode && one.device === other.device;
}

/** Whether it is the namespace that plugins run in, or that of process 1. Hooks must leave both alone. */
export function isHostNetns(numbers: NetnsNumbers): boolean {
  return ['/proc/self/ns/net', '/proc/1/ns/net'].some((path) => isSameNetns(netnsNumbers(path), numbers));
}
