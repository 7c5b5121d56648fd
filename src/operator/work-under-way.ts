import { LibcniError } from '../errors/libcni-error.js';
import { namingRights } from '../errors/missing-right.js';

/** The running operations of an operator, and its end. */
export class WorkUnderWay {
  readonly #running = new Set<Promise<unknown>>();
  #hasEnded = false;

  /** @throws LibcniError `ERR_ABORTED` after the end; whatever the operation throws. */
  async run<Value>(operation: () => Promise<Value>): Promise<Value> {
    if (this.#hasEnded) throw new LibcniError('ERR_ABORTED', 'this CNIOperator is closed');
    const running = namingRights(operation);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Refuses new operations and waits for running ones. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await Promise.allSettled(this.#running);
  }
}
