import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OneAtATime } from '../../../src/operator/conf-store/one-at-a-time.js';

/** A task whose runs end when they are told to. */
class Gate {
  begun = 0;
  ended = 0;
  most = 0;
  readonly #waiting: ((error?: Error) => void)[] = [];

  readonly run = async (): Promise<void> => {
    this.begun += 1;
    this.most = Math.max(this.most, this.begun - this.ended);
    try {
      await new Promise<void>((settle, reject) => {
        this.#waiting.push((error) => (error ? reject(error) : settle()));
      });
    } finally {
      this.ended += 1;
    }
  };

  async open(error?: Error): Promise<void> {
    this.#waiting.shift()?.(error);
    await setImmediate();
  }
}

describe('a task that is run one at a time', () => {
  it('runs once more for all the requests that arrive during a run', async () => {
    const gate = new Gate();
    const task = new OneAtATime(gate.run);
    const first = task.request();
    const settled: number[] = [];
    const later = [1, 2, 3].map((number) => task.request().then(() => settled.push(number)));
    await gate.open();
    await first;
    expect([gate.begun, settled]).toEqual([2, []]);
    await gate.open();
    await Promise.all(later);
    expect([gate.begun, gate.most, settled]).toEqual([2, 1, [1, 2, 3]]);
  });

  it('runs again for a request that is made the moment a run has ended', async () => {
    const gate = new Gate();
    const task = new OneAtATime(gate.run);
    const first = task.request();
    const second = task.request();
    const third = first.then(() => task.request());
    for (let round = 0; round < 3; round += 1) await gate.open();
    await Promise.all([second, third]);
    expect([gate.begun >= 2, gate.most]).toEqual([true, 1]);
  });

  it('fails a request with its own run only', async () => {
    const gate = new Gate();
    const task = new OneAtATime(gate.run);
    const first = task.request();
    const second = task.request();
    const failed = expect(first).rejects.toThrow('no');
    await gate.open(new Error('no'));
    await failed;
    await gate.open();
    await second;
    expect(gate.begun).toBe(2);
  });

  it('is idle when nothing runs and nothing waits', async () => {
    const gate = new Gate();
    const task = new OneAtATime(gate.run);
    await task.idle();
    const requests = [task.request(), task.request()];
    const idle = task.idle().then(() => gate.ended);
    await gate.open();
    await gate.open();
    expect(await idle).toBe(2);
    await Promise.all(requests);
  });
});
