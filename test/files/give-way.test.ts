import { expect, it } from 'vitest';
import { giveWay } from '../../src/files/give-way.js';

function holdEventLoop(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('gives other work its turn between pieces of work that are done at once', async () => {
  const turns: number[] = [];
  const timer = setInterval(() => turns.push(performance.now()), 1);
  for (let piece = 0; piece < 40; piece++) {
    await giveWay();
    holdEventLoop(1);
  }
  clearInterval(timer);
  expect(turns.length).toBeGreaterThanOrEqual(8);
});

it('counts the time of all who hold the event loop together', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const work = async () => {
    for (let piece = 0; piece < 10; piece++) {
      await giveWay();
      holdEventLoop(1);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(5);
});
