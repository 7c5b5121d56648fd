import { readdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttachmentKey, attachmentName } from './attachment-key.js';
import { abortReason } from './lock-failure.js';
import type { LockOptions, LockStore } from './lock-store.js';

/** No attachment has this name, since a network name does not begin with a dot. */
const GC_LOCK = '.gc';
const PAUSE_MS = 20;

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

  /** Runs `use` while the lock of the attachment is held and no collection runs. */
  async withAttachment<Value>(
    key: AttachmentKey,
    use: () => Promise<Value>,
    options: LockOptions = {},
  ): Promise<Value> {
    for (;;) {
      const attempt = await this.#locks.withLock(
        attachmentName(key),
        async () => ((await this.#isCollecting()) ? undefined : { value: await use() }),
        options,
      );
      if (attempt !== undefined) return attempt.value;
      if (options.signal?.aborted) throw abortReason(options.signal);
      await sleep(PAUSE_MS);
    }
  }

  /** Runs `use` while no attachment is worked on. */
  async withCollection<Value>(use: () => Promise<Value>, options: LockOptions = {}): Promise<Value> {
    return await this.#locks.withLock(
      GC_LOCK,
      async () => {
        for (const name of await this.#attachmentLocks()) await this.#locks.untilFree(name, options);
        return await use();
      },
      options,
    );
  }

  async #isCollecting(): Promise<boolean> {
    const isThere = await stat(this.#locks.fileOf(GC_LOCK)).then(
      () => true,
      () => false,
    );
    return isThere && (await this.#locks.isHeld(GC_LOCK));
  }

  async #attachmentLocks(): Promise<string[]> {
    const names = await readdir(this.#locks.folder).catch(() => []);
    return names.filter((name) => !name.startsWith('.'));
  }
}
