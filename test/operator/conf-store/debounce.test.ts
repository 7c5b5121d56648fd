import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Debounce } from '../../../src/operator/conf-store/debounce.js';
import { eventually } from './harness/eventually.js';

const opened: Debounce[] = [];

afterEach(() => {
  for (const debounce of opened.splice(0)) debounce.close();
});

function counting(delayMs: number, maxWaitMs: number): { debounce: Debounce; calls: number[] } {
  const calls: number[] = [];
  const options = { delayMs, maxWaitMs, persistent: true };
  const debounce = new Debounce(options, () => calls.push(performance.now()));
  opened.push(debounce);
  return { debounce, calls };
}

describe('a debounce', () => {
  it('makes one call of many triggers, after they have stopped', async () => {
    const { debounce, calls } = counting(50, 60_000);
    for (let index = 0; index < 1000; index += 1) debounce.trigger();
    const last = performance.now();
    expect(calls).toEqual([]);
    await eventually('it calls', () => calls.length > 0);
    await setTimeout(150);
    expect(calls).toHaveLength(1);
    expect((calls[0] ?? 0) - last).toBeGreaterThan(45);
  });

  it('calls even when the triggers do not stop, and again after the same time', async () => {
    const { debounce, calls } = counting(5000, 100);
    const end = performance.now() + 4000;
    while (calls.length < 3 && performance.now() < end) {
      debounce.trigger();
      await setTimeout(5);
    }
    expect(calls).toHaveLength(3);
  });

  it('does not call after it was closed', async () => {
    const { debounce, calls } = counting(20, 1000);
    debounce.trigger();
    debounce.close();
    debounce.trigger();
    await setTimeout(100);
    expect(calls).toEqual([]);
  });
});
