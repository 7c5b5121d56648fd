import { LibcniError } from '../errors/libcni-error.js';
import { SpawnError } from '../helper/index.js';

const permissionHint =
  'it needs CAP_SYS_ADMIN: run as root, or in a user and mount namespace (unshare --user --map-root-user --mount)';

/**
 * The error for a call about the namespace at `path` that failed. `doing` says what was tried, for example
 * `create`. What is not a failed step of the helper comes back as it is.
 */
export function netnsFailure(doing: string, path: string, error: unknown): unknown {
  if (!(error instanceof SpawnError)) return error;
  const what = `cannot ${doing} network namespace ${path}`;
  const details = { cause: error, value: path };
  const { code, syscall } = error;
  if (syscall === 'create' && code === 'EEXIST')
    return new LibcniError('ERR_IN_USE', `${what}: the file exists`, details);
  if (code === 'EPERM' || code === 'EACCES')
    return new LibcniError('ERR_PERMISSION', `${what}: ${syscall}: ${code}; ${permissionHint}`, details);
  return new LibcniError('ERR_NETNS', `${what}: ${describe(error)}`, details);
}

function describe({ code, syscall }: SpawnError): string {
  if (syscall === 'verify') return `it is not a namespace file of ours (${code})`;
  return `${syscall}: ${code}`;
}
