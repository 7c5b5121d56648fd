import { randomBytes } from 'node:crypto';
import type { HeldLock, LockStore } from '../../platform/locks/index.js';

/** No attachment has such a name, since a network name does not begin with a dot. */
const PREFIX = '.work-';
/** After that long, operations share a new lock, so that a collection need not wait for a lock that never ends. */
const SHIFT_MS = 1000;

/** How long to keep a lock for the next operation: taking one is a large part of a short operation. */
const LINGER_MS = 20;

/** Operations of this process that share a lock. */
interface Shift {
  readonly name: string;
  readonly start: number;
  /** The lock as first taken. */
  readonly taken: Promise<HeldLock>;
  lock: HeldLock | undefined;
  members: number;
  /** Ends the shift unless another operation joins it. */
  ending?: NodeJS.Timeout | undefined;
  /** Taking the lock once more. */
  renewal?: Promise<boolean> | undefined;
}

/** Tells whether a collection runs. */
type IsCollecting = () => Promise<boolean>;

/** Announces running operations to every process that shares the folder. They do not wait for each other. */
export class WorkLocks {
  readonly #locks: LockStore;
  readonly #shifts = new Set<Shift>();
  #current: Shift | undefined;
  #renewals = 0;

  constructor(locks: LockStore) {
    this.#locks = locks;
  }

  /** How often an ended lock was taken again. Before that, the operations were not announced for a while. */
  get renewals(): number {
    return this.#renewals;
  }

  /** @returns the function to call when the operation has ended */
  async begin(): Promise<() => Promise<void>> {
    const shift = this.#shift();
    clearTimeout(shift.ending);
    shift.members += 1;
    try {
      const lock = await shift.taken;
      shift.lock ??= lock;
    } catch (error) {
      this.#forget(shift);
      throw error;
    }
    return () => this.#leave(shift);
  }

  /** Whether all operations of this process are announced: the locks of a killed helper are gone. */
  isShown(): boolean {
    return ![...this.#shifts].some(isLost);
  }

  /**
   * Tries once to retake the locks that ended with their helper.
   *
   * @returns whether all operations are announced; false if a collection runs
   */
  async renew(isCollecting: IsCollecting): Promise<boolean> {
    for (const shift of this.#shifts) {
      if (!isLost(shift)) continue;
      shift.renewal ??= this.#takeAgain(shift, isCollecting).finally(() => {
        shift.renewal = undefined;
      });
      if (!(await shift.renewal)) return false;
    }
    return true;
  }

  /** The locks held by operations, in every process. */
  async names(): Promise<string[]> {
    return (await this.#locks.names()).filter((name) => name.startsWith(PREFIX));
  }

  #shift(): Shift {
    const now = performance.now();
    const current = this.#current;
    if (current !== undefined && now - current.start < SHIFT_MS && !isLost(current)) return current;
    const name = `${PREFIX}${process.pid}-${randomBytes(8).toString('hex')}`;
    const taken = this.#locks.take(name);
    const shift: Shift = { name, start: now, taken, lock: undefined, members: 0 };
    this.#shifts.add(shift);
    this.#current = shift;
    return shift;
  }

  /** In the same order as at first: a collection that has not seen the lock must be seen. */
  async #takeAgain(shift: Shift, isCollecting: IsCollecting): Promise<boolean> {
    if (await isCollecting()) return false;
    const lock = await this.#locks.tryTake(shift.name);
    const isOver = shift.members === 0;
    if (lock === undefined || isOver || (await isCollecting())) {
      await lock?.release();
      return isOver;
    }
    shift.lock = lock;
    this.#renewals += 1;
    return true;
  }

  /** Releases locks that no operation needs now, without waiting for another one. */
  async endIdle(): Promise<void> {
    await Promise.all([...this.#shifts].map((shift) => (shift.members === 0 ? this.#end(shift) : undefined)));
  }

  async #leave(shift: Shift): Promise<void> {
    shift.members -= 1;
    if (shift.members > 0) return;
    if (shift !== this.#current || isLost(shift)) return await this.#end(shift);
    shift.ending = setTimeout(() => this.#end(shift).catch(() => {}), LINGER_MS).unref();
  }

  async #end(shift: Shift): Promise<void> {
    clearTimeout(shift.ending);
    this.#forget(shift);
    await shift.lock?.release();
    // A killed helper could not remove it.
    await this.#locks.removeFile(shift.name);
  }

  #forget(shift: Shift): void {
    this.#shifts.delete(shift);
    if (this.#current === shift) this.#current = undefined;
  }
}

function isLost({ lock }: Shift): boolean {
  return lock !== undefined && !lock.isHeld();
}
