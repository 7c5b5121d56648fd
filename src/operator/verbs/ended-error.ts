import { abortedError } from '../../errors/aborted-error.js';
import type { Circumstances } from '../../errors/circumstances.js';
import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';

/**
 * What an operation throws that its caller has ended, `ERR_ABORTED` or `ERR_TIMEOUT`: what failed otherwise at that
 * moment is not what the caller waits for.
 */
export function endedError(error: unknown, signal: AbortSignal, circumstances: Circumstances): LibcniError {
  const ended = abortedError(signal, undefined, circumstances);
  const isEnd = isOwnError(error) && error.code === ended.code;
  return isEnd ? error.with(circumstances) : ended;
}
