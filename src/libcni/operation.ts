import { abortedError } from '../errors/aborted-error.js';
import { describeLimit } from '../errors/describe-limit.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { PluginError } from '../errors/plugin-error.js';
import { asError } from '../errors/system-error.js';
import type { NetnsLook } from '../platform/netns/index.js';
import type { TraceContext } from './exec/trace-context.js';
import type { ExecOptions } from './exec/types.js';

/** Options of everything that runs plugins. */
export interface VerbOptions {
  /** Ends the operation: stops a running plugin and starts no other. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole operation, all plugins together. @default no limit */
  readonly timeoutMs?: number | undefined;
  /** The trace that the plugins belong to. @default none */
  readonly trace?: TraceContext | undefined;
  /**
   * Called before each plugin starts and before the cache changes. An error that it throws ends the operation without a
   * rollback, which `rollbackErrors` mention. Must be synchronous. An error of another class than `LibcniError` becomes
   * the cause of `ERR_ABORTED`. For callers that hold a lock which may end by itself. @default none
   */
  readonly guard?: (() => void) | undefined;
}

/** Options of an operation that may be part of another one. */
export interface OperationOptions extends VerbOptions {
  /** What was just seen at the path of the namespace. @default it is inspected */
  readonly seen?: NetnsLook | undefined;
  /** The limit of the whole operation; `timeoutMs` is the time left. @default `timeoutMs` */
  readonly limitMs?: number | undefined;
}

/** The limits of one operation, from its start to its end. */
export class Operation {
  readonly trace: TraceContext | undefined;
  /** Throws the error that ends the operation. */
  readonly guard: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number | undefined;
  readonly #limitMs: number | undefined;

  constructor({ signal, timeoutMs, trace, guard, limitMs = timeoutMs }: OperationOptions = {}) {
    this.trace = trace;
    this.guard = guard === undefined ? () => {} : () => runGuard(guard);
    this.#signal = signal;
    this.#limitMs = limitMs;
    this.#deadline = Number.isFinite(timeoutMs) ? performance.now() + (timeoutMs ?? 0) : undefined;
  }

  /**
   * The limits for the next step.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` if nothing more may start; any error of the guard.
   */
  next(): ExecOptions {
    this.guard();
    if (this.#signal?.aborted) throw abortedError(this.#signal);
    if (this.#deadline === undefined) return { signal: this.#signal };
    const leftMs = this.#deadline - performance.now();
    if (leftMs <= 0) throw new LibcniError('ERR_TIMEOUT', `the time is up: ${describeLimit(this.#limitMs)}`);
    return { signal: this.#signal, timeoutMs: leftMs, limitMs: this.#limitMs };
  }

  /** Options for an operation that is part of this one. */
  remaining(): OperationOptions {
    return { ...this.next(), trace: this.trace, guard: this.guard };
  }
}

function runGuard(guard: () => unknown): void {
  try {
    const answer = guard();
    if (answer instanceof Promise) {
      answer.catch(() => {});
      throw invalidArgument('guard', 'a synchronous function', answer);
    }
  } catch (cause) {
    if (isOwnError(cause) || cause instanceof PluginError) throw cause;
    throw new LibcniError('ERR_ABORTED', `ended by its guard: ${asError(cause).message}`, { cause });
  }
}
