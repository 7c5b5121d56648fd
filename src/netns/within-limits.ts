import { abortedError } from '../errors/aborted-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { SpawnError } from '../helper/index.js';
import { onAbort } from '../helper/on-abort.js';
import type { NetnsLimits } from './netns-options.js';

/** What is done within limits, to begin a message with, for example `open network namespace`, and to which path. */
export interface LimitedWork extends NetnsLimits {
  readonly doing: string;
  readonly path: string;
}

/**
 * Work that its signal ends: it is waited for even then, since it may have been done.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` where it was ended.
 */
export async function cancelling<Value>(
  limited: LimitedWork,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const end = new AbortController();
  const release = atLimit(limited, () => end.abort());
  try {
    return await work(end.signal);
  } catch (error) {
    throw isEnded(error) ? limitError(limited, error) : error;
  } finally {
    release();
  }
}

/**
 * Work that cannot be ended once it has begun: it is not waited for beyond its limits, and goes on by itself.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`
 */
export async function abandoning<Value>(limited: LimitedWork, work: () => Promise<Value>): Promise<Value> {
  const { signal, timeoutMs } = limited;
  if (signal === undefined && timeoutMs === undefined) return await work();
  let release: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    release = atLimit(limited, () => reject(limitError(limited)));
  });
  // It is nobody's error where the work is not even begun, or ends first.
  ended.catch(() => {});
  try {
    if (signal?.aborted) throw limitError(limited);
    return await Promise.race([work(), ended]);
  } catch (error) {
    throw isEnded(error) ? limitError(limited, error) : error;
  } finally {
    release?.();
  }
}

/** Ended at the word of this process, or by the helper, which gives no call more than a minute. */
function isEnded(error: unknown): boolean {
  return error instanceof SpawnError && (error.code === 'ECANCELED' || error.code === 'ETIMEDOUT');
}

/** The longest time that a timer of Node takes. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `end` at the first of the limits, and gives back how to forget about them. */
function atLimit({ signal, timeoutMs = LONGEST_MS }: NetnsLimits, end: () => void): () => void {
  if (signal?.aborted) end();
  const forget = signal && onAbort(signal, end);
  const timer = timeoutMs < LONGEST_MS ? setTimeout(end, timeoutMs) : undefined;
  return () => {
    clearTimeout(timer);
    forget?.();
  };
}

/** The error for work that was ended. */
export function limitError({ doing, path, signal }: LimitedWork, cause?: unknown): LibcniError {
  const what = `cannot ${doing} ${path}`;
  if (signal?.aborted) return abortedError(signal, `${what}: it was ended by the caller`, { value: path });
  return new LibcniError('ERR_TIMEOUT', `${what}: it did not end in time`, { cause, value: path });
}
