import type { HeldLock, LockStore } from '../../platform/locks/index.js';
import { type LockOptions, Patience } from '../../platform/locks/index.js';
import { type AttachmentKey, recordName } from '../attachment-key.js';
import { WorkLocks } from './work-locks.js';

/** No attachment has this name, since a network name does not begin with a dot. */
const GC_LOCK = '.gc';
const PAUSE_MS = 20;

/** The result of `use`. */
interface Done<Value> {
  readonly value: Value;
}

/**
 * Keeps garbage collection and work on attachments apart, in every process that shares the folder. Pieces of work do not
 * wait for each other. Each first announces itself and then checks whether a collection runs. A collection first takes
 * its lock and then waits for announced work. So one of the two always sees the other.
 */
export class GcGate {
  readonly #locks: LockStore;
  readonly #work: WorkLocks;

  constructor(locks: LockStore) {
    this.#locks = locks;
    this.#work = new WorkLocks(locks);
  }

  /** How often work was not announced for a while, so that a collection may have run at the same time. */
  get gaps(): number {
    return this.#work.renewals;
  }

  /**
   * Runs `use`, which may work on any number of attachments, while no collection runs. Must not be nested: the inner call
   * could wait for a collection that waits for the outer one.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_LOCKED` if the time is up before that.
   */
  async withWork<Value>(use: () => Promise<Value>, patience: Patience): Promise<Value> {
    patience.throwIfAborted();
    for (;;) {
      // Announce older work first, or a collection would wait for this work, and this work for the collection.
      await this.renew(patience);
      const done = (await this.#isCollecting()) ? undefined : await this.#unlessCollecting(use);
      if (done !== undefined) return done.value;
      await patience.pause(PAUSE_MS, this.#locks.fileOf(GC_LOCK));
    }
  }

  /**
   * Announces the work of this process again if the helper that announced it has ended, after any collection that started
   * in between.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_LOCKED` if the time is up before that, `ERR_HELPER`
   */
  async renew(patience: Patience): Promise<void> {
    while (!(await this.#work.renew(() => this.#isCollecting()))) {
      await patience.pause(PAUSE_MS, this.#locks.fileOf(GC_LOCK));
    }
  }

  /**
   * Runs `use` inside a piece of work while the lock of the attachment is held and the work is announced. The lock may end
   * with its helper: `use` must check it before each step that needs it.
   */
  async withLock<Value>(
    key: AttachmentKey,
    use: (lock: HeldLock) => Promise<Value>,
    patience: Patience = new Patience(),
  ): Promise<Value> {
    for (;;) {
      await this.renew(patience);
      const useIt = (lock: HeldLock) => this.#ifShown(lock, use);
      const done = await this.#locks.withLock(recordName(key), useIt, patience);
      if (done !== undefined) return done.value;
    }
  }

  /** Runs `use` as a piece of work while the lock of the attachment is held. */
  async withAttachment<Value>(
    key: AttachmentKey,
    use: (lock: HeldLock) => Promise<Value>,
    options: LockOptions = {},
  ): Promise<Value> {
    const patience = new Patience(options);
    return await this.withWork(() => this.withLock(key, use, patience), patience);
  }

  /** The same, but `undefined` if somebody else works on the attachment, or the helper has just ended. */
  async withFreeAttachment<Value>(
    key: AttachmentKey,
    use: (lock: HeldLock) => Promise<Value>,
    patience: Patience = new Patience(),
  ): Promise<Done<Value> | undefined> {
    const useIt = (lock: HeldLock) => this.#ifShown(lock, use);
    return await this.withWork(() => this.#locks.withFreeLock(recordName(key), useIt), patience);
  }

  /** Runs `use` while nobody works on any attachment. `use` must check whether the lock is still held. */
  async withCollection<Value>(
    use: (lock: HeldLock) => Promise<Value>,
    options: LockOptions = {},
  ): Promise<Value> {
    const patience = new Patience(options);
    const useAfterWork = async (lock: HeldLock) => {
      await this.endIdle();
      for (const name of await this.#work.names()) await this.#locks.untilFree(name, patience);
      return await use(lock);
    };
    return await this.#locks.withLock(GC_LOCK, useAfterWork, patience);
  }

  /** Releases what is kept for the next piece of work. */
  async endIdle(): Promise<void> {
    await this.#work.endIdle();
  }

  /** Both locks must belong to one helper, which was still running when it granted the second one. */
  async #ifShown<Value>(
    lock: HeldLock,
    use: (lock: HeldLock) => Promise<Value>,
  ): Promise<Done<Value> | undefined> {
    return lock.isHeld() && this.#work.isShown() ? { value: await use(lock) } : undefined;
  }

  async #unlessCollecting<Value>(use: () => Promise<Value>): Promise<Done<Value> | undefined> {
    const end = await this.#work.begin();
    try {
      const mayUse = !(await this.#isCollecting()) && this.#work.isShown();
      return mayUse ? { value: await use() } : undefined;
    } finally {
      await end();
    }
  }

  async #isCollecting(): Promise<boolean> {
    return this.#locks.hasFile(GC_LOCK) && (await this.#locks.isHeld(GC_LOCK));
  }
}
