type Leave = () => void;

/** Everybody who holds a key or waits for it. */
interface Line {
  /** Settles when all of them have left. */
  tail: Promise<void>;
  length: number;
}

/** Gives a key to one holder at a time inside this process, in the order in which they asked. */
export class FairQueue {
  readonly #lines = new Map<string, Line>();

  /**
   * Waits until the key is free.
   *
   * @param untilTurn - limits the wait; if it throws, the place in the queue is given up. @default waits as long as it
   * takes
   * @returns the function that releases the key
   */
  async enter(key: string, untilTurn = (turn: Promise<void>) => turn): Promise<Leave> {
    const before = this.#lines.get(key)?.tail;
    const leave = this.#stand(key);
    try {
      if (before !== undefined) await untilTurn(before);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** The same, but returns `undefined` without waiting if somebody holds the key. */
  tryEnter(key: string): Leave | undefined {
    return this.#lines.has(key) ? undefined : this.#stand(key);
  }

  #stand(key: string): Leave {
    const line = this.#lines.get(key) ?? { tail: Promise.resolve(), length: 0 };
    let settle = () => {};
    const held = new Promise<void>((resolve) => {
      settle = resolve;
    });
    line.tail = line.tail.then(() => held);
    line.length += 1;
    this.#lines.set(key, line);
    return () => {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(key);
      settle();
    };
  }
}
