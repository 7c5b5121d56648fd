import { onAbort } from '../platform/helper/on-abort.js';

/** Limits of an operation on a sandbox. */
export interface SandboxLimits {
  /** Ends the operation. Completed steps are undone within a time limit of their own. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the operation. */
  readonly timeoutMs?: number | undefined;
}

/** Runs work with one signal for both limits; after a timeout, its reason is a `TimeoutError`. */
export async function withinLimits<Value>(
  { signal, timeoutMs }: SandboxLimits & { readonly timeoutMs: number },
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const end = new AbortController();
  if (signal?.aborted) end.abort(signal.reason);
  const forget = signal === undefined ? () => {} : onAbort(signal, () => end.abort(signal.reason));
  const stop = stopAfter(timeoutMs, () =>
    end.abort(new DOMException(`not done within ${timeoutMs} ms`, 'TimeoutError')),
  );
  try {
    return await work(end.signal);
  } finally {
    forget();
    stop();
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

function stopAfter(timeoutMs: number, stop: () => void): () => void {
  if (timeoutMs > LONGEST_TIMER_MS) return () => {};
  const timer = setTimeout(stop, timeoutMs);
  return () => clearTimeout(timer);
}
