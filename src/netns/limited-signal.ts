import { LibcniError } from '../errors/libcni-error.js';
import { SpawnError } from '../helper/index.js';
import { onAbort } from '../helper/on-abort.js';

/** A signal that is aborted by the caller's own or when the time is up. */
export interface LimitedSignal {
  readonly signal: AbortSignal;
  /** Names the end that the signal led to; any other error comes back as it is. */
  explain(error: unknown, path: string): unknown;
  release(): void;
}

/** Puts a caller's signal and time limit together. */
export function limitedSignal({
  signal,
  timeoutMs,
}: {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}): LimitedSignal {
  const controller = new AbortController();
  if (signal?.aborted) controller.abort();
  const forget = signal && onAbort(signal, () => controller.abort());
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => controller.abort(), timeoutMs);
  return {
    signal: controller.signal,
    explain(error, path) {
      if (!(error instanceof SpawnError && error.code === 'ECANCELED')) return error;
      const details = { cause: signal?.aborted ? signal.reason : error, value: path };
      const what = `making network namespace ${path}`;
      if (signal?.aborted) return new LibcniError('ERR_ABORTED', `${what} was aborted`, details);
      return new LibcniError('ERR_TIMEOUT', `${what} took more than ${timeoutMs} ms`, details);
    },
    release() {
      clearTimeout(timer);
      forget?.();
    },
  };
}
