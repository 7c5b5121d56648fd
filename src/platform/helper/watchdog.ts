import { longestTimerMs } from './protocol.js';

/** What the helper may need beyond the time that it was given for a run: 2 s see whether `SIGKILL` has ended it. */
const SLACK_MS = 5000;
/** How long an answer that may be in the pipe already is waited for. */
const CONFIRM_MS = 1000;
/** A helper that answers others is alive, but what it has not answered so long after its time it never will. */
const LOST_MS = 60_000;

/** Something that the helper is to answer by a certain time. */
export interface Expected {
  /** On the clock of `performance.now()`; `Infinity` where there is no limit. */
  dueAt: number;
  /** Since when the answer has been late, on the same clock. */
  lateSince?: number;
}

/** When the answer is due to what may take `limitMs`. */
export function dueAfter(limitMs: number): number {
  return limitMs === Number.POSITIVE_INFINITY ? limitMs : performance.now() + limitMs + SLACK_MS;
}

/**
 * Notices that the helper does not answer: something is overdue, and either nothing at all has come from the helper of late,
 * or that one answer has been missing for very long. One timer serves all: it is set to the earliest of what was expected and
 * finds out later what still is, so that a call that is answered costs nothing.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = Number.POSITIVE_INFINITY;
  private heardAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly expected: () => Iterable<Expected>,
    private readonly alarm: () => void,
  ) {}

  /** Has it look at that time, or earlier. */
  watch(dueAt: number): void {
    if (dueAt >= this.wakeAt) return;
    clearTimeout(this.timer);
    this.wakeAt = dueAt;
    const delay = Math.min(Math.max(0, dueAt - performance.now()), longestTimerMs);
    this.timer = setTimeout(() => this.look(), delay);
    this.timer.unref();
  }

  /** Something has come from the helper. */
  heard(): void {
    this.heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.wakeAt = Number.NEGATIVE_INFINITY;
  }

  /** Where this process itself stood still, the helper may have done so too, and gets its time again. */
  private look(): void {
    const now = performance.now();
    const stalled = now - this.wakeAt > CONFIRM_MS;
    let next = Number.POSITIVE_INFINITY;
    for (const expected of this.expected()) {
      if (expected.dueAt <= now) {
        if (!stalled && this.isLost(expected, now)) {
          this.alarm();
          return;
        }
        expected.lateSince = stalled ? now : (expected.lateSince ?? now);
        expected.dueAt = now + (stalled ? SLACK_MS : CONFIRM_MS);
      }
      next = Math.min(next, expected.dueAt);
    }
    this.wakeAt = Number.POSITIVE_INFINITY;
    this.watch(next);
  }

  private isLost({ lateSince }: Expected, now: number): boolean {
    if (lateSince === undefined) return false;
    return now - this.heardAt >= SLACK_MS || now - lateSince >= LOST_MS;
  }
}
