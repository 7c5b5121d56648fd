import type { Circumstances } from '../errors/circumstances.js';
import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { isOwnError } from '../errors/own-error.js';
import type { Operation } from './operation.js';
import { withCircumstances } from './with-circumstances.js';

/** What a failure belongs to. */
export interface FailurePlace extends Circumstances {
  /** Failures of parallel steps are sorted by this index. @default after all others */
  readonly index?: number;
}

interface Failure {
  readonly index: number;
  readonly error: Error;
}

/** Collects the failures of an operation that continues after failures, until the caller ends it or time is up. */
export class Failures {
  readonly #operation: Operation;
  readonly #failures: Failure[] = [];
  #end: unknown;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  /** Runs steps, and remembers the rejection that ended them. */
  async untilEnded(steps: () => Promise<void>): Promise<void> {
    try {
      await steps();
    } catch (error) {
      this.#end = error;
    }
  }

  /**
   * Runs one step and collects its failure, with the circumstances added.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`, or that of its guard, if the operation itself has ended: no
   * further step may start.
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

  /** How many there are so far, the end among them. */
  get count(): number {
    return this.#failures.length + (this.#end === undefined ? 0 : 1);
  }

  /**
   * @throws LibcniAggregateError with all failures in order, and what ended the operation last. If nothing else has failed, it
   * throws only the latter.
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

/** Whether the operation itself was ended: by the caller, its time limit or its guard. */
function endOf(operation: Operation): unknown {
  try {
    operation.next();
    return undefined;
  } catch (error) {
    return isOwnError(error) ? error.code : undefined;
  }
}
