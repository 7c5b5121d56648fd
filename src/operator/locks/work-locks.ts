import { randomBytes } from 'node:crypto';
import type { HeldLock, LockStore } from '../../platform/locks/index.js';

/** No attachment has such a name, since a network name does not begin with a dot. */
const PREFIX = '.work-';
/** Whoever comes after that long gets a new lock, so that a collection does not wait for one that never ends. */
const SHIFT_MS = 1000;

/** Operations of this process that share a lock. */
interface Shift {
  readonly name: string;
  readonly start: number;
  /** The lock as it was taken first. */
  readonly taken: Promise<HeldLock>;
  lock: HeldLock | undefined;
  members: number;
  /** Taking the lock once more. */
  renewal?: Promise<boolean> | undefined;
}

/** Tells whether a collection runs. */
type IsCollecting = () => Promise<boolean>;

/** Shows every process that shares the folder that operations are under way. They do not wait for each other. */
export class WorkLocks {
  readonly #locks: LockStore;
  readonly #shifts = new Set<Shift>();
  #current: Shift | undefined;
  #renewals = 0;

  constructor(locks: LockStore) {
    this.#locks = locks;
  }

  /** How often a lock was taken again that had ended: before that, the operations were not shown for a while. */
  get renewals(): number {
    return this.#renewals;
  }

  /** @returns the function that says that the operation has ended */
  async begin(): Promise<() => Promise<void>> {
    const shift = this.#shift();
    shift.members += 1;
    try {
      const lock = await shift.taken;
      shift.lock ??= lock;
    } catch (error) {
      this.#forget(shift);
      throw error;
    }
    return () => this.#end(shift);
  }

  /** Whether all operations of this process are shown: a helper that was killed took its locks along. */
  isShown(): boolean {
    return ![...this.#shifts].some(isLost);
  }

  /**
   * Tries once to take the locks again that ended with their helper.
   *
   * @returns whether all operations are shown; not where a collection runs
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

  /** The locks that operations hold, in every process. */
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

  /** In the same order as at the beginning: a collection that has not seen the lock must be seen. */
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

  async #end(shift: Shift): Promise<void> {
    shift.members -= 1;
    if (shift.members > 0) return;
    this.#forget(shift);
    await shift.lock?.release();
    // A helper that was killed could not remove it.
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
