import { LibcniError } from '../errors/libcni-error.js';

const pathPattern = /^\/proc\/(\d+)\/ns\/net$/;

/**
 * The path of a process's network namespace.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if the number cannot be a process id.
 */
export function processNetnsPath(pid: number): string {
  if (!Number.isSafeInteger(pid) || pid <= 0)
    throw new LibcniError('ERR_NOT_FOUND', `${pid} is not a process id`, { value: pid });
  return `/proc/${pid}/ns/net`;
}

/** The process of a path like `/proc/<pid>/ns/net`; `undefined` for any other path. */
export function processOfPath(path: string): number | undefined {
  const [, pid] = pathPattern.exec(path) ?? [];
  return pid === undefined ? undefined : Number(pid);
}
