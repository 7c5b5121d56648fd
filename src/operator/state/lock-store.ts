import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FairQueue } from './fair-queue.js';
import { abortReason, lockedError } from './lock-failure.js';

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;
const DEFAULT_TIMEOUT_MS = 120_000;

/** Who holds the locks: the native helper. */
export interface FileLocks {
  /** Takes the lock of a file; `undefined` where another process holds it. */
  tryLock(file: string): Promise<(() => Promise<void>) | undefined>;
}

/** How long to wait for a lock. */
export interface LockOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for other processes at most. @default 120000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Locks between the operations of this process and of others that share the folder. The native helper holds them as
 * kernel locks: they end with it, and it ends after the plugins that it runs, so the lock of a process that died is
 * free exactly when nothing of that process runs any more.
 */
export class LockStore {
  /** Where the lock files are. */
  readonly folder: string;
  readonly #locks: FileLocks;
  readonly #queue = new FairQueue();

  constructor(stateDir: string, locks: FileLocks) {
    this.folder = join(stateDir, 'locks');
    this.#locks = locks;
  }

  /**
   * Runs `use` while the lock of that name is held.
   *
   * @throws LibcniError `ERR_ABORTED`, `ERR_LOCKED` where the lock could not be had.
   */
  async withLock<Value>(name: string, use: () => Promise<Value>, options: LockOptions = {}): Promise<Value> {
    const leave = await this.#queue.enter(name, options.signal);
    try {
      const release = await this.#waitForFile(this.fileOf(name), options);
      try {
        return await use();
      } finally {
        await release();
      }
    } finally {
      leave();
    }
  }

  /** The same, but `undefined` at once where another process holds the lock. */
  async withFreeLock<Value>(name: string, use: () => Promise<Value>): Promise<Value | undefined> {
    const leave = await this.#queue.enter(name);
    try {
      const release = await this.#tryFile(this.fileOf(name));
      if (release === undefined) return undefined;
      try {
        return await use();
      } finally {
        await release();
      }
    } finally {
      leave();
    }
  }

  /** The file of a lock. */
  fileOf(name: string): string {
    return join(this.folder, name);
  }

  /** Whether anybody holds the lock, this process included. Does not wait. */
  async isHeld(name: string): Promise<boolean> {
    const release = await this.#tryFile(this.fileOf(name));
    await release?.();
    return release === undefined;
  }

  /** Waits until nobody holds the lock, without standing in the queue for it. */
  async untilFree(name: string, options: LockOptions = {}): Promise<void> {
    const release = await this.#waitForFile(this.fileOf(name), options);
    await release();
  }

  async #waitForFile(file: string, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: LockOptions) {
    const deadline = performance.now() + timeoutMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const release = await this.#tryFile(file);
      if (release !== undefined) return release;
      if (performance.now() >= deadline) throw lockedError(file, timeoutMs);
      await pause(pauseMs * (0.5 + Math.random()), signal);
    }
  }

  async #tryFile(file: string): Promise<(() => Promise<void>) | undefined> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    return await this.#locks.tryLock(file);
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch (error) {
    throw signal?.aborted ? abortReason(signal) : error;
  }
}
