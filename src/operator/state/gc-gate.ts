import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { type AttachmentKey, recordName } from './attachment-key.js';
import type { LockStore } from './lock-store.js';
import { type LockOptions, Patience } from './patience.js';

/** No attachment has this name, since a network name does not begin with a dot. */
const GC_LOCK = '.gc';
const PAUSE_MS = 20;

/** What `use` yielded. */
interface Done<Value> {
  readonly value: Value;
}

/**
 * Keeps garbage collection and the work on attachments apart, in every process that shares the folder. Attachments
 * do not wait for each other: one takes its own lock first and then looks whether a collection runs; a collection
 * takes its lock first and then waits for the locks of attachments. So one of the two always sees the other.
 */
export class GcGate {
  readonly #locks: LockStore;

  constructor(locks: LockStore) {
    this.#locks = locks;
  }

  /**
   * Runs `use` while the lock of the attachment is held and no collection runs.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_LOCKED` where the time is up before that.
   */
  async withAttachment<Value>(
    key: AttachmentKey,
    use: () => Promise<Value>,
    options: LockOptions = {},
  ): Promise<Value> {
    const patience = new Patience(options);
    for (;;) {
      const attempt = this.#unlessCollecting(use);
      const done = await this.#locks.withLock(recordName(key), attempt, patience);
      if (done !== 'collecting') return done.value;
      await this.#pause(patience);
    }
  }

  /** The same, but `undefined` where another process works on the attachment. */
  async withFreeAttachment<Value>(
    key: AttachmentKey,
    use: () => Promise<Value>,
    options: LockOptions = {},
  ): Promise<Done<Value> | undefined> {
    const patience = new Patience(options);
    for (;;) {
      const attempt = this.#unlessCollecting(use);
      const done = await this.#locks.withFreeLock(recordName(key), attempt, patience.signal);
      if (done !== 'collecting') return done;
      await this.#pause(patience);
    }
  }

  /** Runs `use` while no attachment is worked on. */
  async withCollection<Value>(use: () => Promise<Value>, options: LockOptions = {}): Promise<Value> {
    const patience = new Patience(options);
    return await this.#locks.withLock(
      GC_LOCK,
      async () => {
        for (const name of await this.#attachmentLocks()) await this.#locks.untilFree(name, patience);
        return await use();
      },
      patience,
    );
  }

  #unlessCollecting<Value>(use: () => Promise<Value>): () => Promise<Done<Value> | 'collecting'> {
    return async () => ((await this.#isCollecting()) ? 'collecting' : { value: await use() });
  }

  async #isCollecting(): Promise<boolean> {
    return existsSync(this.#locks.fileOf(GC_LOCK)) && (await this.#locks.isHeld(GC_LOCK));
  }

  async #pause(patience: Patience): Promise<void> {
    await patience.pause(PAUSE_MS, this.#locks.fileOf(GC_LOCK));
  }

  async #attachmentLocks(): Promise<string[]> {
    const names = await readdir(this.#locks.folder).catch(() => []);
    return names.filter((name) => !name.startsWith('.'));
  }
}
