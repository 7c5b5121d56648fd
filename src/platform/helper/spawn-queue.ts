import { limitSpawn } from './encode.js';
import { longestTimerMs } from './protocol.js';

/**
 * How many programs may be on their way to the helper: enough to keep it busy, and few enough that neither a deadline nor a
 * cancel that is written behind them is late.
 */
export const spawnWindow = 32;

/** What a queue has others do. */
export interface SpawnOutlet {
  send(id: number, frame: Buffer): void;
  /** The time of what has not been sent is up; the queue has forgotten it. */
  expire(id: number): void;
  /** Asks the helper for something that it answers at once. */
  probe(): void;
}

interface Waiting {
  readonly frame: Buffer;
  /** On the clock of `performance.now()`; `Infinity` where there is no limit. */
  readonly dueAt: number;
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * Requests to start programs, first come, first served. Those that the helper has yet to take up are few; the others wait
 * here, where their deadlines are met and they can be taken back. The helper takes requests up in the order in which they
 * were sent, so an answer to any of them tells of all before it. How many programs run is no concern of the queue: those
 * that take long keep nobody waiting.
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

  /** Sends a request, or has it wait. */
  add(id: number, frame: Buffer, timeoutMs = Number.POSITIVE_INFINITY): void {
    if (this.hasRoom()) {
      this.send(id, frame);
      return;
    }
    // What is due even later than a timer can tell is looked at when its turn has come.
    const timer = timeoutMs <= longestTimerMs ? setTimeout(() => this.expire(id), timeoutMs) : undefined;
    this.waiting.set(id, { frame, dueAt: performance.now() + timeoutMs, timer });
    this.probe();
  }

  /** Takes a request back; false where it does not wait any more. */
  remove(id: number): boolean {
    clearTimeout(this.waiting.get(id)?.timer);
    return this.waiting.delete(id);
  }

  /** The helper can be written to. */
  open(): void {
    this.isOpen = true;
    this.release();
  }

  /** The helper has taken up the first `count` that were sent. */
  taken(count: number): void {
    this.takenCount = Math.max(this.takenCount, count);
  }

  /** The probe is answered. */
  probed(): void {
    this.isProbing = false;
  }

  /** Sends those whose turn has come, with what is left of their time. */
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

  /** Programs that run for long say nothing of what was sent with them. */
  private probe(): void {
    if (!this.isOpen || this.isProbing || this.waiting.size === 0) return;
    this.isProbing = true;
    this.outlet.probe();
  }
}
