import { abortedError } from '../../errors/aborted-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError, hasCode } from '../../errors/system-error.js';

const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];

/** The error of waiting that was cancelled. */
export function abortReason(signal: AbortSignal): LibcniError {
  return abortedError(signal, 'ended by the caller while waiting for a lock');
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
  const code = hasCode(cause, ...FORBIDDEN) ? 'ERR_PERMISSION' : 'ERR_LOCKED';
  return new LibcniError(code, `the lock cannot be taken: ${asError(cause).message}`, { file, cause });
}
