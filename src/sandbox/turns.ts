import { abortedError } from '../errors/aborted-error.js';
import { giveWay } from '../files/give-way.js';
import { onAbort } from '../platform/helper/on-abort.js';

/** Limits how many pieces of work run at a time; the others wait in order. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #beginnings: Promise<void> = Promise.resolve();

  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Starts work that arrives at the same moment one by one, with turns of the event loop in between, so that a hundred
   * requests at once do not block it.
   */
  async untilCalm(): Promise<void> {
    this.#beginnings = this.#beginnings.then(giveWay);
    await this.#beginnings;
  }

  /** @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` if the signal is aborted before its turn */
  async run<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    await this.#enter(signal);
    try {
      await this.untilCalm();
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(signal);
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        forget();
        resolve();
      };
      const forget = onAbort(signal, () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(abortedError(signal, 'ended by the caller while waiting for its turn'));
      });
      this.#waiting.push(begin);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
