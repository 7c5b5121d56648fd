import { isTimeout } from '../../errors/is-timeout.js';
import { LibcniError } from '../../errors/libcni-error.js';

const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/** The error of waiting that was cancelled. */
export function abortReason(signal: AbortSignal): LibcniError {
  const code = isTimeout(signal.reason) ? 'ERR_TIMEOUT' : 'ERR_ABORTED';
  return new LibcniError(code, 'ended by the caller while waiting for a lock', { cause: signal.reason });
}

/** The error of waiting that took too long. */
export function lockedError(file: string, timeoutMs: number): LibcniError {
  return new LibcniError('ERR_LOCKED', `somebody else held the lock for more than ${timeoutMs} ms`, {
    file,
  });
}

/** The error of a lock that nobody can take, for example since its file is none. */
export function lockFailure(file: string, cause: unknown): LibcniError {
  if (cause instanceof LibcniError) return cause;
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const code = FORBIDDEN.includes(errno) ? 'ERR_PERMISSION' : 'ERR_LOCKED';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LibcniError(code, `the lock cannot be taken: ${reason}`, { file, cause });
}
