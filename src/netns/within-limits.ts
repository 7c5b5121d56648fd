import { abortedError } from '../errors/aborted-error.js';
import { describeLimit } from '../errors/describe-limit.js';
import { LibcniError } from '../errors/libcni-error.js';
import { SpawnError } from '../platform/helper/index.js';
import { onAbort } from '../platform/helper/on-abort.js';
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
 * Work that nobody waits for beyond its limits, whatever comes of it. Its signal keeps from being done later what has
 * yet to begin by then.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`.
 */
export async function abandoning<Value>(
  limited: LimitedWork,
  work: (signal?: AbortSignal) => Promise<Value>,
): Promise<Value> {
  if (limited.signal === undefined && limited.timeoutMs === undefined) return await work();
  const end = new AbortController();
  let release: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    release = atLimit(limited, () => {
      reject(limitError(limited));
      end.abort();
    });
  });
  // It is nobody's error where the work is not even begun, or ends first.
  ended.catch(() => {});
  try {
    return await (end.signal.aborted ? ended : Promise.race([work(end.signal), ended]));
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
  if (signal?.aborted || timeoutMs === 0) end();
  const forget = signal && onAbort(signal, end);
  const timer = timeoutMs < LONGEST_MS ? setTimeout(end, timeoutMs) : undefined;
  return () => {
    clearTimeout(timer);
    forget?.();
  };
}

/** The error for work that was ended. */
function limitError({ doing, path, signal, timeoutMs }: LimitedWork, cause?: unknown): LibcniError {
  const what = `cannot ${doing} ${path}`;
  if (signal?.aborted) return abortedError(signal, `${what}: it was ended by the caller`, { value: path });
  const limit = timeoutMs === undefined ? 'the 60 s that such a call has' : describeLimit(timeoutMs);
  return new LibcniError('ERR_TIMEOUT', `${what}: it did not end within ${limit}`, { cause, value: path });
}
