import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { codeOf } from '../errors/system-error.js';
import { SpawnError } from '../platform/helper/index.js';
import { noNetnsAt } from '../platform/netns/index.js';

const capabilityHint =
  'it needs CAP_SYS_ADMIN: run as root, or in a user and mount namespace (unshare --user --map-root-user --mount)';
const folderHint =
  'it needs permission to read and write in the folder: run as root or as its owner, or choose a folder of your own, such ' +
  'as one under XDG_RUNTIME_DIR';
const ownerHint =
  'somebody other than root and this user owns the folder or may write to it, and could replace its content: ' +
  "choose another one, close it (chown, chmod go-w), or allow it with foreignFolders: 'allow'";
const existsHint = 'open it, remove it first, or choose another name';
const processHint = 'it needs CAP_SYS_PTRACE, or the user of the process';

/** Steps that fail for a missing permission on a folder or file, not for a missing capability. */
const fileSteps = new Set(['mkdir', 'create', 'open', 'stat', 'unlink', 'share']);

/**
 * The error for a failed call for the namespace at `path`. `doing` says what was tried, for example `create`. Anything
 * but a failed step of the helper or its death is returned as it is.
 */
export function netnsFailure(doing: string, path: string, error: unknown): unknown {
  if (isMissing(path, error))
    return new LibcniError('ERR_NETNS', noNetnsAt(path, false), { cause: error, value: path });
  return namespaceFailure(`cannot ${doing} network namespace ${path}`, path, error);
}

/** Whether nothing is at the path itself. A failed step may also be about its folder. */
function isMissing(path: string, error: unknown): boolean {
  if (!(error instanceof SpawnError) || error.path !== path) return false;
  return error.code === 'ENOENT' && ['stat', 'open'].includes(error.syscall);
}

/** The same for a namespace of any kind. @param what - what could not be done, with the path */
export function namespaceFailure(what: string, path: string, error: unknown): unknown {
  if (isOwnError(error) && error.code === 'ERR_HELPER' && error.value !== path)
    return new LibcniError('ERR_HELPER', `${what}: ${error.summary}`, { cause: error, value: path });
  if (!(error instanceof SpawnError)) return error;
  const details = { cause: error, value: path };
  const { code, syscall } = error;
  if (syscall === 'create' && code === 'EEXIST')
    return new LibcniError('ERR_IN_USE', `${what}: the file exists: ${existsHint}`, details);
  if (code === 'EPERM' || code === 'EACCES')
    return new LibcniError('ERR_PERMISSION', `${what}: ${syscall}: ${code}; ${hint(error)}`, details);
  return new LibcniError('ERR_NETNS', `${what}: ${describe(error)}`, details);
}

/** The error for a file or folder at `path` that this process itself could not read or change. */
export function fileFailure(doing: string, path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const summary = `cannot ${doing} ${path}: ${code}`;
  const details = { cause: error, file: path, value: path };
  if (code === 'EPERM' || code === 'EACCES')
    return new LibcniError('ERR_PERMISSION', `${summary}; ${hintFor(path)}`, details);
  return new LibcniError('ERR_NETNS', summary, details);
}

function hint({ code, syscall, path }: SpawnError): string {
  if (syscall === 'owner') return ownerHint;
  if (code !== 'EACCES' || !fileSteps.has(syscall)) return capabilityHint;
  return hintFor(path);
}

function hintFor(path: string): string {
  return path.startsWith('/proc/') ? processHint : folderHint;
}

function describe({ code, syscall }: SpawnError): string {
  if (syscall === 'home')
    return 'it is that of this process, or of process 1; set hostNetns: true to allow it';
  if (syscall === 'verify') return `it is not a namespace file of ours (${code})`;
  return `${syscall}: ${code}`;
}
