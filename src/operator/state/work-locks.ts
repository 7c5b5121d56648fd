import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { LockStore, Release } from './lock-store.js';

/** No attachment has such a name, since a network name does not begin with a dot. */
const PREFIX = '.work-';
/** Whoever comes after that long gets a new lock: a helper that was killed took the old one along. */
const SHIFT_MS = 1000;

/** Operations of this process that share a lock. */
interface Shift {
  readonly name: string;
  readonly lock: Promise<Release>;
  readonly start: number;
  members: number;
}

/** A lock file that stays behind does no harm: nobody holds it, and recovery sweeps it up. */
function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The work itself is done.
  }
}

/** Shows every process that shares the folder that operations are under way. They do not wait for each other. */
export class WorkLocks {
  readonly #locks: LockStore;
  #current: Shift | undefined;

  constructor(locks: LockStore) {
    this.#locks = locks;
  }

  /** @returns the function that says that the operation has ended */
  async begin(): Promise<() => Promise<void>> {
    const shift = this.#shift();
    shift.members += 1;
    try {
      await shift.lock;
    } catch (error) {
      if (this.#current === shift) this.#current = undefined;
      throw error;
    }
    return () => this.#end(shift);
  }

  /** The locks that operations hold, in every process. */
  async names(): Promise<string[]> {
    return (await this.#locks.names()).filter((name) => name.startsWith(PREFIX));
  }

  #shift(): Shift {
    const now = performance.now();
    if (this.#current !== undefined && now - this.#current.start < SHIFT_MS) return this.#current;
    const name = `${PREFIX}${process.pid}-${randomBytes(8).toString('hex')}`;
    this.#current = { name, lock: this.#locks.take(name), start: now, members: 0 };
    return this.#current;
  }

  async #end(shift: Shift): Promise<void> {
    shift.members -= 1;
    if (shift.members > 0) return;
    if (this.#current === shift) this.#current = undefined;
    const release = await shift.lock;
    await release();
    // A helper that was killed could not remove it.
    removeIfPossible(this.#locks.fileOf(shift.name));
  }
}
