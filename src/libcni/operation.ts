import { abortedError } from '../errors/aborted-error.js';
import { checkTimeout } from '../errors/check-timeout.js';
import { LibcniError } from '../errors/libcni-error.js';
import type { TraceContext } from './exec/trace-context.js';
import type { ExecOptions } from './exec/types.js';

/** Options of everything that runs plugins. */
export interface VerbOptions {
  /** Ends the operation: a running plugin is stopped, no further one is started. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole operation, all plugins together. @default no limit */
  readonly timeoutMs?: number | undefined;
  /** The trace that the plugins belong to. @default none */
  readonly trace?: TraceContext | undefined;
}

/** The limits of one operation, from its start to its end. */
export class Operation {
  readonly trace: TraceContext | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number | undefined;

  constructor({ signal, timeoutMs, trace }: VerbOptions = {}) {
    checkTimeout(timeoutMs);
    this.trace = trace;
    this.#signal = signal;
    this.#deadline = Number.isFinite(timeoutMs) ? performance.now() + (timeoutMs ?? 0) : undefined;
  }

  /**
   * The limits for the next step.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` where nothing more may be started.
   */
  next(): ExecOptions {
    if (this.#signal?.aborted) throw abortedError(this.#signal);
    if (this.#deadline === undefined) return { signal: this.#signal };
    const leftMs = this.#deadline - performance.now();
    if (leftMs <= 0) throw new LibcniError('ERR_TIMEOUT', 'the time is up');
    return { signal: this.#signal, timeoutMs: leftMs };
  }

  /** Options for an operation that is a part of this one. */
  remaining(): VerbOptions {
    return { ...this.next(), trace: this.trace };
  }
}
