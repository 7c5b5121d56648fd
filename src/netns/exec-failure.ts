import { LibcniError, type LibcniErrorCode } from '../errors/libcni-error.js';
import { SpawnError } from '../platform/helper/index.js';
import { netnsFailure } from './netns-failure.js';

/** Errors that mean a faulty command: its file or folder, permissions on them, or its arguments. */
const codes: ReadonlyMap<string, LibcniErrorCode> = new Map<string, LibcniErrorCode>([
  ['ENOENT', 'ERR_NOT_FOUND'],
  ['ENOTDIR', 'ERR_NOT_FOUND'],
  ['ENAMETOOLONG', 'ERR_NOT_FOUND'],
  ['ELOOP', 'ERR_NOT_FOUND'],
  ['EACCES', 'ERR_PERMISSION'],
  ['EPERM', 'ERR_PERMISSION'],
  ['EINVAL', 'ERR_CONF_INVALID'],
  ['E2BIG', 'ERR_CONF_INVALID'],
]);

const hints: ReadonlyMap<string, string> = new Map([
  [
    'EACCES',
    '; it needs permission to execute the file and to enter its parent folders: chmod a+x, or run as its owner',
  ],
  ['EPERM', '; run as root, or keep it on a file system that is not mounted noexec'],
  ['E2BIG', '; its arguments, environment or input are too long'],
  ['ENOEXEC', '; it is neither a program nor a script with #!'],
]);

/** The command, and where it should run. */
export interface UnstartedCommand {
  readonly file: string;
  readonly netns: string;
  readonly cwd?: string | undefined;
}

/** The error for a command that could not be started. Any other error is returned as it is. */
export function execFailure({ file, netns, cwd }: UnstartedCommand, error: unknown): unknown {
  if (!(error instanceof SpawnError)) return error;
  const { syscall } = error;
  if (syscall === 'execve' || syscall === 'spawn')
    return failure(`command ${file} cannot be started`, file, error);
  if (syscall === 'chdir') return failure(`folder ${cwd} cannot be entered`, cwd, error);
  return netnsFailure(`run ${file} in`, netns, error);
}

function failure(what: string, value: string | undefined, cause: SpawnError): LibcniError {
  const { code } = cause;
  const summary = `${what}: ${code}${hints.get(code) ?? ''}`;
  return new LibcniError(codes.get(code) ?? 'ERR_NETNS', summary, { cause, value });
}
