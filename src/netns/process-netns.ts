import { LibcniError } from '../errors/libcni-error.js';

const pathPattern = /^\/proc\/(\d+)\/ns\/net$/;

/**
 * The path of a process's network namespace.
 *
 * @throws LibcniError `ERR_NOT_FOUND` where the number cannot be that of a process.
 */
export function processNetnsPath(pid: number): string {
  if (!Number.isSafeInteger(pid) || pid <= 0)
    throw new LibcniError('ERR_NOT_FOUND', `${pid} is not the number of a process`, { value: pid });
  return `/proc/${pid}/ns/net`;
}

/** The process whose namespace is at the path; `undefined` where the path is another. */
export function processOfPath(path: string): number | undefined {
  const [, pid] = pathPattern.exec(path) ?? [];
  return pid === undefined ? undefined : Number(pid);
}
