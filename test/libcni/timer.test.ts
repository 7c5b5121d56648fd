import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTimer } from '../../src/libcni/exec/timer.js';

const DAY_MS = 24 * 60 * 60 * 1000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it.each([1, 2000, 2 ** 31 - 1, 2 ** 31, 100 * DAY_MS])('a timer of %d ms ends then and not before', (ms) => {
  let fired = 0;
  startTimer(ms, () => {
    fired += 1;
  });
  vi.advanceTimersByTime(ms - 1);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
  vi.advanceTimersByTime(100 * DAY_MS);
  expect(fired).toBe(1);
});

it.each([0, 30])('a timer of 100 days that is stopped after %d days never ends', (days) => {
  let fired = 0;
  const timer = startTimer(100 * DAY_MS, () => {
    fired += 1;
  });
  vi.advanceTimersByTime(days * DAY_MS);
  timer.clear();
  vi.advanceTimersByTime(200 * DAY_MS);
  expect(fired).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
