import { abortedError } from '../../errors/aborted-error.js';
import type { Circumstances } from '../../errors/circumstances.js';
import { LibcniError, type LibcniErrorCode } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { codeForCause, reasonOf } from '../../errors/system-error.js';
import { SpawnError } from '../helper/index.js';

/** The error for a cancelled wait. */
export function abortReason(signal: AbortSignal): LibcniError {
  return abortedError(signal, 'ended by the caller while waiting for a lock');
}

/** The error for a wait that took too long. */
export function lockedError(file: string, timeoutMs: number): LibcniError {
  return new LibcniError('ERR_LOCKED', `somebody else held the lock for more than ${timeoutMs} ms`, {
    file,
  });
}

/** The error for work that lost its lock. */
export function lostLock(file: string, circumstances?: Circumstances): LibcniError {
  const summary = 'the native helper has ended, and with it the lock that kept other work away';
  return new LibcniError('ERR_HELPER', summary, { file, ...circumstances });
}

/** The error for a lock that cannot be taken, held or not, for example because the disk is full. */
export function lockFailure(file: string, cause: unknown): LibcniError {
  if (isOwnError(cause)) return cause;
  return new LibcniError(codeFor(cause), `the lock cannot be taken: ${reasonOf(cause)}`, {
    file,
    cause,
  });
}

function codeFor(cause: unknown): LibcniErrorCode {
  // The helper holds as many locks as it can, so the caller must wait for the next one.
  const isFull = cause instanceof SpawnError && cause.syscall === 'limit';
  return codeForCause(cause, isFull ? 'ERR_LOCKED' : 'ERR_CACHE');
}
