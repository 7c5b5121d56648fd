import { limitSpawn } from './encode.js';
import { longestTimerMs } from './protocol.js';

/**
 * How many programs may be on their way to the helper: enough to keep it busy, and few enough that a deadline or a
 * cancellation written behind them is not late.
 */
export const spawnWindow = 32;

/** What a queue calls. */
export interface SpawnOutlet {
  send(id: number, frame: Buffer): void;
  /** An unsent request has timed out; the queue has dropped it. */
  expire(id: number): void;
  /** Asks the helper for something that it answers immediately. */
  probe(): void;
}

interface Waiting {
  readonly frame: Buffer;
  /** On the clock of `performance.now()`; `Infinity` for no limit. */
  readonly dueAt: number;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * Requests to start programs, first come, first served. Only a few are on their way to the helper. The others wait
 * here, where they can time out and be withdrawn. The helper accepts requests in the order in which they were sent, so
 * an answer to one shows that all before it were accepted. The queue does not limit how many programs run: long-running
 * programs keep nobody waiting.
 */
export class SpawnQueue {
  private readonly waiting = new Map<number, Waiting>();
  private isOpen = false;
  private isProbing = false;
  private sentCount = 0;
  private takenCount = 0;

  constructor(private readonly outlet: SpawnOutlet) {}

  /** How many have been sent so far. */
  get sent(): number {
    return this.sentCount;
  }

  /** Sends a request, or lets it wait. */
  add(id: number, frame: Buffer, timeoutMs = Number.POSITIVE_INFINITY): void {
    if (this.hasRoom()) {
      this.send(id, frame);
      return;
    }
    // A deadline beyond the longest timer is checked when the request's turn has come.
    const timer = timeoutMs <= longestTimerMs ? setTimeout(() => this.expire(id), timeoutMs) : undefined;
    this.waiting.set(id, { frame, dueAt: performance.now() + timeoutMs, timer });
    this.probe();
  }

  /** Withdraws a request; false if it is no longer waiting. */
  remove(id: number): boolean {
    clearTimeout(this.waiting.get(id)?.timer);
    return this.waiting.delete(id);
  }

  /** Called when the helper can be written to. */
  open(): void {
    this.isOpen = true;
    this.release();
  }

  /** Called when the helper has accepted the first `count` that were sent. */
  taken(count: number): void {
    this.takenCount = Math.max(this.takenCount, count);
  }

  /** Called when the probe is answered. */
  probed(): void {
    this.isProbing = false;
  }

  /** Sends those whose turn has come, with the rest of their time. */
  release(): void {
    if (this.waiting.size === 0) return;
    const now = performance.now();
    for (const [id, { frame, dueAt }] of this.waiting) {
      if (!this.hasRoom()) break;
      if (dueAt <= now) {
        this.expire(id);
        continue;
      }
      this.remove(id);
      limitSpawn(frame, dueAt - now);
      this.send(id, frame);
    }
    this.probe();
  }

  clear(): void {
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  private hasRoom(): boolean {
    return this.isOpen && this.sentCount - this.takenCount < spawnWindow;
  }

  private send(id: number, frame: Buffer): void {
    this.sentCount += 1;
    this.outlet.send(id, frame);
  }

  private expire(id: number): void {
    if (this.remove(id)) this.outlet.expire(id);
  }

  /** Long-running programs tell nothing about requests sent with them. */
  private probe(): void {
    if (!this.isOpen || this.isProbing || this.waiting.size === 0) return;
    this.isProbing = true;
    this.outlet.probe();
  }
}
