import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../../errors/aborted-error.js';
import { onAbort } from '../helper/on-abort.js';
import { abortReason, lockedError } from './lock-failure.js';

const DEFAULT_TIMEOUT_MS = 120_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long to wait for a lock. */
export interface LockOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for others, in this process and elsewhere, at most. @default 120000 */
  readonly timeoutMs?: number | undefined;
}

/** Limits the total waiting of one operation, from its start. */
export class Patience {
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  readonly #start = performance.now();

  constructor({ signal, timeoutMs = DEFAULT_TIMEOUT_MS }: LockOptions = {}) {
    this.#signal = signal;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws LibcniError `ERR_ABORTED` */
  throwIfAborted(): void {
    if (this.#signal?.aborted) throw abortedError(this.#signal);
  }

  /**
   * Waits about that long before the next attempt to take the lock at `file`.
   *
   * @throws LibcniError `ERR_LOCKED` if the time is up, `ERR_ABORTED`
   */
  async pause(ms: number, file: string): Promise<void> {
    this.throwIfAborted();
    const leftMs = this.#leftMs();
    if (leftMs <= 0) throw lockedError(file, this.#timeoutMs);
    // Waiters must not retry in step.
    const pauseMs = Math.min(ms * (0.5 + Math.random()), leftMs);
    try {
      await sleep(pauseMs, undefined, { ...(this.#signal && { signal: this.#signal }) });
    } catch (error) {
      this.throwIfAborted();
      throw error;
    }
  }

  /**
   * Waits for the turn with the lock at `file`.
   *
   * @throws LibcniError `ERR_LOCKED` if the time is up, `ERR_ABORTED`
   */
  async waitFor(turn: Promise<void>, file: string): Promise<void> {
    this.throwIfAborted();
    let stop = () => {};
    const limit = new Promise<never>((_, reject) => {
      stop = this.#onEnd((signal) =>
        reject(signal ? abortReason(signal) : lockedError(file, this.#timeoutMs)),
      );
    });
    try {
      await Promise.race([turn, limit]);
    } finally {
      stop();
    }
  }

  /** Calls back when the time is up, or with the signal if that comes first. */
  #onEnd(call: (signal?: AbortSignal) => void): () => void {
    const signal = this.#signal;
    const timer = setTimeout(call, Math.min(Math.max(this.#leftMs(), 0), LONGEST_TIMER_MS));
    const forget = signal ? onAbort(signal, () => call(signal)) : () => {};
    return () => {
      clearTimeout(timer);
      forget();
    };
  }

  #leftMs(): number {
    return this.#start + this.#timeoutMs - performance.now();
  }
}
