import { LibcniError } from '../../errors/libcni-error.js';

/** The error of waiting that was cancelled. */
export function abortReason(signal: AbortSignal): LibcniError {
  return new LibcniError('ERR_ABORTED', 'aborted by the caller while waiting for a lock', {
    cause: signal.reason,
  });
}

/** The error of waiting that took too long. */
export function lockedError(file: string, timeoutMs: number): LibcniError {
  return new LibcniError('ERR_LOCKED', `another process held the lock for more than ${timeoutMs} ms`, {
    file,
  });
}
