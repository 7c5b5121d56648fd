import { onAbort } from '../../helper/on-abort.js';
import { abortReason } from './lock-failure.js';

/** Gives one key to one holder at a time inside this process, in the order in which they asked. */
export class FairQueue {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Waits until the key is free.
   *
   * @returns the function that gives it back
   * @throws LibcniError `ERR_ABORTED` where the signal comes first; the place in the queue is given up then.
   */
  async enter(key: string, signal?: AbortSignal): Promise<() => void> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    let release = () => {};
    const held = new Promise<void>((settle) => {
      release = settle;
    });
    const tail = before.then(() => held);
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    try {
      await untilAborted(before, signal);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }
}

async function untilAborted(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await turn;
  if (signal.aborted) throw abortReason(signal);
  let forget = () => {};
  const aborted = new Promise<never>((_, reject) => {
    forget = onAbort(signal, () => reject(abortReason(signal)));
  });
  try {
    await Promise.race([turn, aborted]);
  } finally {
    forget();
  }
}
