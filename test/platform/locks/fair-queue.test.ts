import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../src/platform/locks/fair-queue.js';
import { Patience } from '../../../src/platform/locks/patience.js';

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
    const patience = new Patience({ signal: controller.signal });
    const second = queue.enter('a', (turn) => patience.waitFor(turn, 'file'));
    const third = queue.enter('a');
    controller.abort(new Error('enough'));
    await expect(second).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: { message: 'enough' } });
    leaveFirst();
    (await third)();
  });

  it('turns away who does not want to wait, and nobody else', async () => {
    const queue = new FairQueue();
    const leave = queue.tryEnter('a');
    expect(queue.tryEnter('a')).toBeUndefined();
    const waiting = queue.enter('a');
    leave?.();
    (await waiting)();
  });
});
