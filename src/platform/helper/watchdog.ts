import { longestTimerMs } from './protocol.js';

/** The extra time of the helper for a run: it waits 2 s to see whether `SIGKILL` has ended the program. */
const SLACK_MS = 5000;
/** How long to wait for an answer that may already be in the pipe. */
const CONFIRM_MS = 1000;
/** A helper that answers other requests is alive, but a request this long overdue will never be answered. */
const LOST_MS = 60_000;

/** A request that the helper must answer by a certain time. */
export interface Expected {
  /** On the clock of `performance.now()`; `Infinity` for no limit. */
  dueAt: number;
  /** Since when the answer has been late, on the same clock. */
  lateSince?: number;
}

/** When the answer to a request that may take `limitMs` is due. */
export function dueAfter(limitMs: number): number {
  return limitMs === Number.POSITIVE_INFINITY ? limitMs : performance.now() + limitMs + SLACK_MS;
}

/**
 * Notices that the helper does not answer: a request is overdue, and either the helper has sent nothing at all lately,
 * or that answer is very late. One timer serves all. It is set to the earliest deadline and checks on firing what is
 * still pending, so an answered call costs nothing.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = Number.POSITIVE_INFINITY;
  private heardAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly expected: () => Iterable<Expected>,
    private readonly alarm: () => void,
  ) {}

  /** Makes it check at that time, or earlier. */
  watch(dueAt: number): void {
    if (dueAt >= this.wakeAt) return;
    clearTimeout(this.timer);
    this.wakeAt = dueAt;
    const delay = Math.min(Math.max(0, dueAt - performance.now()), longestTimerMs);
    this.timer = setTimeout(() => this.look(), delay);
    this.timer.unref();
  }

  /** Called when something has come from the helper. */
  heard(): void {
    this.heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.wakeAt = Number.NEGATIVE_INFINITY;
  }

  /** If this process itself stood still, the helper may have too, and gets its time again. */
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
