import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dueAfter, type Expected, Watchdog } from '../../../src/platform/helper/watchdog.js';

const slackMs = 5000;
const confirmMs = 1000;

let expected: Expected[];
let alarm: ReturnType<typeof vi.fn<() => void>>;
let watchdog: Watchdog;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  expected = [];
  alarm = vi.fn<() => void>();
  watchdog = new Watchdog(() => expected, alarm);
});
afterEach(() => {
  watchdog.stop();
  vi.useRealTimers();
});

function expectWithin(limitMs: number): void {
  const one = { dueAt: dueAfter(limitMs) };
  expected.push(one);
  watchdog.watch(one.dueAt);
}

/** Time goes by while something comes from the helper every second. */
function hearFor(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    vi.advanceTimersByTime(1000);
    watchdog.heard();
  }
}

describe('the watchdog', () => {
  it('raises the alarm where nothing comes from the helper', () => {
    expectWithin(1000);
    vi.advanceTimersByTime(1000 + slackMs + confirmMs - 1);
    expect(alarm).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(alarm).toHaveBeenCalledOnce();
  });

  it('does not where an answer is late and others keep coming', () => {
    expectWithin(1000);
    hearFor(30);
    expected = [];
    vi.advanceTimersByTime(600_000);
    expect(alarm).not.toHaveBeenCalled();
  });

  it('does as soon as the others have ceased for the slack', () => {
    expectWithin(1000);
    hearFor(30);
    vi.advanceTimersByTime(slackMs - confirmMs);
    expect(alarm).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2 * confirmMs);
    expect(alarm).toHaveBeenCalledOnce();
  });

  it('does in the end where one answer never comes, whatever others do', () => {
    expectWithin(1000);
    hearFor(60);
    expect(alarm).not.toHaveBeenCalled();
    hearFor(10);
    expect(alarm).toHaveBeenCalledOnce();
  });
});
