import { abortedError } from '../errors/aborted-error.js';
import { describeLimit } from '../errors/describe-limit.js';
import { LibcniError } from '../errors/libcni-error.js';
import { SpawnError } from '../platform/helper/index.js';
import { onAbort } from '../platform/helper/on-abort.js';
import type { NetnsLimits } from './netns-options.js';

/** The work, to begin a message with, for example `open network namespace`, and its path. */
export interface LimitedWork extends NetnsLimits {
  readonly doing: string;
  readonly path: string;
}

/**
 * Runs work that its signal ends, and waits for it even then, since it may have been done.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` if it was ended.
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
 * Runs work and stops waiting at its limits, whatever the outcome. The signal keeps work that has not begun by then from
 * being done later.
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
  // This rejection must not be reported if the work has not even begun, or ends first.
  ended.catch(() => {});
  try {
    return await (end.signal.aborted ? ended : Promise.race([work(end.signal), ended]));
  } catch (error) {
    throw isEnded(error) ? limitError(limited, error) : error;
  } finally {
    release?.();
  }
}

/** Whether this process has ended it, or the helper, which limits every call to a minute. */
function isEnded(error: unknown): boolean {
  return error instanceof SpawnError && (error.code === 'ECANCELED' || error.code === 'ETIMEDOUT');
}

/** The longest time that a Node timer accepts. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `end` at the first of the limits. Returns a function that removes them. */
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
