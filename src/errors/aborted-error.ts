import { LibcniError, type LibcniErrorDetails } from './libcni-error.js';
import { isOwnError } from './own-error.js';

/**
 * `ERR_ABORTED` with the signal's reason as its cause, or `ERR_TIMEOUT` for `AbortSignal.timeout()` and for a limit of the
 * library itself, whose message it takes.
 */
export function abortedError(
  signal: AbortSignal | undefined,
  summary = 'ended by the caller',
  details: LibcniErrorDetails = {},
): LibcniError {
  const cause: unknown = signal?.reason;
  if (isOwnError(cause) && cause.code === 'ERR_TIMEOUT')
    return new LibcniError('ERR_TIMEOUT', cause.summary, { ...details, cause });
  const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
  const why = isTimeout ? `${summary} (its AbortSignal.timeout() is over)` : summary;
  return new LibcniError(isTimeout ? 'ERR_TIMEOUT' : 'ERR_ABORTED', why, { ...details, cause });
}
