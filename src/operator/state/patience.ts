import { setTimeout as sleep } from 'node:timers/promises';
import { abortReason, lockedError } from './lock-failure.js';

const DEFAULT_TIMEOUT_MS = 120_000;

/** How long to wait for a lock. */
export interface LockOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for other processes at most. @default 120000 */
  readonly timeoutMs?: number | undefined;
}

/** The limits of waiting for whatever one operation waits for, from its start. */
export class Patience {
  readonly signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #start = performance.now();

  constructor({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: LockOptions = {}) {
    this.signal = signal;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Waits about that long before the lock at `file` is tried again.
   *
   * @throws LibcniError `ERR_LOCKED` where the time is up, `ERR_ABORTED`
   */
  async pause(ms: number, file: string): Promise<void> {
    if (this.signal?.aborted) throw abortReason(this.signal);
    const leftMs = this.#start + this.#timeoutMs - performance.now();
    if (leftMs <= 0) throw lockedError(file, this.#timeoutMs);
    // Those who wait must not go in step.
    const pauseMs = Math.min(ms * (0.5 + Math.random()), leftMs);
    try {
      await sleep(pauseMs, undefined, { ...(this.signal && { signal: this.signal }) });
    } catch (error) {
      throw this.signal?.aborted ? abortReason(this.signal) : error;
    }
  }
}
