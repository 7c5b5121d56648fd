import { expect, it } from 'vitest';
import { giveWay } from '../../src/files/give-way.js';

function holdEventLoop(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('gives other work its turn between synchronous pieces of work', async () => {
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

/** The number of the turn that the event loop has, from now on. */
function countTurns(): { readonly now: () => number; readonly stop: () => void } {
  let turn = 0;
  let next = setImmediate(count);
  function count(): void {
    turn++;
    next = setImmediate(count);
  }
  return { now: () => turn, stop: () => clearImmediate(next) };
}

it('gives a long piece of work a turn of its own', async () => {
  const turns = countTurns();
  const found: number[] = [];
  for (let piece = 0; piece < 6; piece++) {
    await giveWay();
    found.push(turns.now());
    holdEventLoop(3);
  }
  turns.stop();
  expect(new Set(found).size).toBe(6);
});

it('gives each of several that wait a turn of its own, one after another', async () => {
  const turns = countTurns();
  const found: { name: string; turn: number }[] = [];
  const work = async (name: string) => {
    for (let piece = 0; piece < 4; piece++) {
      await giveWay();
      found.push({ name, turn: turns.now() });
      holdEventLoop(3);
    }
  };
  await Promise.all([work('a'), work('b'), work('c')]);
  turns.stop();
  expect(found.map(({ name }) => name).join('')).toBe('abcabcabcabc');
  expect(new Set(found.map(({ turn }) => turn)).size).toBe(12);
});

it('divides the work of many who ask before any of them has worked', async () => {
  const turns = countTurns();
  const found: number[] = [];
  const work = async () => {
    await giveWay();
    found.push(turns.now());
    holdEventLoop(1);
  };
  // In a turn in which nobody has worked yet.
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all(Array.from({ length: 60 }, work));
  turns.stop();
  expect(new Set(found).size).toBeGreaterThanOrEqual(20);
});
