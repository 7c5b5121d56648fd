import type { Circumstances } from '../errors/circumstances.js';
import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { isOwnError } from '../errors/own-error.js';
import type { Operation } from './operation.js';
import { withCircumstances } from './with-circumstances.js';

/** Where a failure belongs. */
export interface FailurePlace extends Circumstances {
  /** Of failures of steps that run beside each other, those with a lower one come first. @default behind all others */
  readonly index?: number;
}

interface Failure {
  readonly index: number;
  readonly error: Error;
}

/** What fails in an operation that goes on over failures, until its caller ends it or its time is up. */
export class Failures {
  readonly #operation: Operation;
  readonly #failures: Failure[] = [];
  #end: unknown;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** Runs steps, and remembers the rejection that says that they were ended. */
  async untilEnded(steps: () => Promise<void>): Promise<void> {
    try {
      await steps();
    } catch (error) {
      this.#end = error;
    }
  }

  /**
   * Runs one step and remembers its failure, to which the circumstances are added.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`, or that of its guard, where the operation itself has ended: no
   * further step is to be begun.
   */
  async collect({ index = Number.MAX_SAFE_INTEGER, ...where }: FailurePlace, step: () => Promise<void>) {
    try {
      await step();
    } catch (thrown) {
      const error = withCircumstances(thrown, where);
      if (this.#isEnd(error)) throw error;
      this.#failures.push({ index, error });
    }
  }

  /**
   * @throws LibcniAggregateError with all failures, in their order, and the end as the last one; the end alone where nothing
   * else has failed.
   */
  throwIfAny(summary: string): void {
    const errors = this.#failures.toSorted((a, b) => a.index - b.index).map(({ error }) => error);
    if (this.#end !== undefined && errors.length === 0) throw this.#end;
    if (this.#end instanceof Error) errors.push(this.#end);
    if (errors.length > 0) throw new LibcniAggregateError(errors, summary);
  }

  /** An error of this kind can also come from an `Exec` with limits of its own. */
  #isEnd(error: Error): boolean {
    return isOwnError(error) && error.code === endOf(this.#operation);
  }
}

/** The code of what ends the operation: the caller, its time, or its guard. */
function endOf(operation: Operation): unknown {
  try {
    operation.next();
    return undefined;
  } catch (error) {
    return isOwnError(error) ? error.code : undefined;
  }
}
