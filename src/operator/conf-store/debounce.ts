/** How long a {@link Debounce} waits. */
export interface DebounceOptions {
  /** Milliseconds of quiet before the call. */
  readonly delayMs: number;
  /** Milliseconds after which the call happens even without quiet. */
  readonly maxWaitMs: number;
  /** Whether a waiting call keeps Node alive. */
  readonly persistent: boolean;
}

/** Combines many triggers into one call, when they have stopped for a while or have gone on for too long. */
export class Debounce {
  readonly #call: () => void;
  readonly #options: DebounceOptions;
  #timer: NodeJS.Timeout | undefined;
  #latest: number | undefined;
  #closed = false;

  constructor(options: DebounceOptions, call: () => void) {
    this.#options = options;
    this.#call = call;
  }

  trigger(): void {
    if (this.#closed) return;
    const { delayMs, maxWaitMs, persistent } = this.#options;
    const now = performance.now();
    this.#latest ??= now + maxWaitMs;
    clearTimeout(this.#timer);
    const waitMs = Math.max(0, Math.min(delayMs, this.#latest - now));
    this.#timer = setTimeout(() => this.#run(), waitMs);
    if (!persistent) this.#timer.unref();
  }

  /** Drops a waiting call and ignores further triggers. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#latest = undefined;
    this.#call();
  }
}
