import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { measureRun } from '../../bench/drivers/measure-run.js';

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test.each([
  ['before it first waits', 0, 20],
  ['between two waits', 20, 20],
  ['after it waited last', 20, 0],
  ['and never waits', 0, 0],
])('a run that blocks the event loop %s is seen', async (_, before, after) => {
  const run = async () => {
    if (before > 0) await sleep(before);
    block(80);
    if (after > 0) await sleep(after);
  };
  const { longestBlockMs } = await measureRun(run, { watchBlocks: true });
  expect(longestBlockMs).toBeGreaterThanOrEqual(70);
});

// Where the machine is busy, the system blocks the event loop too; not each time for half of the wait, though.
test('a run that only waits blocks nothing for long', { retry: 9 }, async () => {
  const { longestBlockMs, wallMs } = await measureRun(async () => void (await sleep(200)), {
    watchBlocks: true,
  });
  expect(longestBlockMs).toBeLessThan(wallMs / 2);
});

test('blocks are measured only on request', async () => {
  expect(await measureRun(async () => {}, { watchBlocks: false })).not.toHaveProperty('longestBlockMs');
});
