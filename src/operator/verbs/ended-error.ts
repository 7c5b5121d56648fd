import { abortedError } from '../../errors/aborted-error.js';
import type { Circumstances } from '../../errors/circumstances.js';
import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';

/**
 * The error of an operation that its caller has ended, `ERR_ABORTED` or `ERR_TIMEOUT`: that is what the caller expects,
 * whatever else failed at that moment.
 */
export function endedError(error: unknown, signal: AbortSignal, circumstances: Circumstances): LibcniError {
  const ended = abortedError(signal, undefined, circumstances);
  const isEnd = isOwnError(error) && error.code === ended.code;
  return isEnd ? error.with(circumstances) : ended;
}
