import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../src/operator/state/fair-queue.js';

describe('a fair queue', () => {
  it('lets one in at a time, in the order of asking', async () => {
    const queue = new FairQueue();
    const order: number[] = [];
    let inside = 0;
    const work = async (number: number) => {
      const leave = await queue.enter('a');
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      order.push(number);
      inside -= 1;
      leave();
    };
    await Promise.all([...Array(20).keys()].map(work));
    expect(order).toEqual([...Array(20).keys()]);
  });

  it('does not let one key wait for another', async () => {
    const queue = new FairQueue();
    await queue.enter('a');
    const leave = await queue.enter('b');
    leave();
  });

  it('gives up a place when the signal comes, and those behind it move up', async () => {
    const queue = new FairQueue();
    const leaveFirst = await queue.enter('a');
    const controller = new AbortController();
    const second = queue.enter('a', controller.signal);
    const third = queue.enter('a');
    controller.abort(new Error('enough'));
    await expect(second).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: { message: 'enough' } });
    leaveFirst();
    (await third)();
  });

  it('does not let in who has been aborted before', async () => {
    const queue = new FairQueue();
    await expect(queue.enter('a', AbortSignal.abort())).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    (await queue.enter('a'))();
  });
});
