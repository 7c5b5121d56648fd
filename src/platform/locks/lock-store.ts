import { join } from 'node:path';
import type { Circumstances } from '../../errors/circumstances.js';
import { fittingName } from '../../files/fitting-name.js';
import { makeFolders } from '../../files/make-folders.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import { SpawnError } from '../helper/index.js';
import { FairQueue } from './fair-queue.js';
import { lockFailure, lostLock } from './lock-failure.js';
import { Patience } from './patience.js';

const SHORTEST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;
/** A caller that has waited long can wait a little longer. */
const PAUSE_SHARE = 0.1;
const TURN_PREFIX = '.turn-';
/** Where the helper moves anything that is not a lock file. */
const ASIDE = 'unreadable';
/** After that time, the holder of the turn may be dead. */
const TURN_MS = 1000;

/** A lock that is held. */
export interface HeldLock {
  /** Releases it. */
  release(): Promise<void>;
  /** Whether it is still held: it ends by itself with the helper that took it. */
  isHeld(): boolean;
  /** @throws LibcniError `ERR_HELPER` if it has ended by itself: somebody else may hold it by now. */
  readonly throwIfLost: (circumstances?: Circumstances) => void;
}

/** Who holds the locks: the native helper. */
export interface FileLocks {
  /** The process that holds the locks; `undefined` while there is none. */
  readonly pid: number | undefined;
  /** Takes the lock of a file and returns a function that releases it; `undefined` if another process holds it. */
  tryLock(file: string): Promise<(() => Promise<void>) | undefined>;
  /** Who holds it: `left` if the client or the helper itself is gone, so that it will become free by itself. */
  lockHolder(file: string): Promise<'living' | 'left' | undefined>;
}

/**
 * Locks between operations, in this process and in others that share the folder. The native helper holds them as
 * kernel locks. They end with the helper, which ends after the plugins that it runs. So the lock of a dead process
 * becomes free exactly when the last plugin of its helper has ended. The same holds if the helper itself is killed, but
 * then nobody may work under the lock any more: its holder must check before each further step.
 *
 * Kernel locks are not fair: a process that releases one could take it again before anybody else notices. So one of
 * the waiters has the turn, which is a lock too. While somebody has the turn, nobody else takes the lock.
 */
export class LockStore {
  /** Where the lock files are. */
  readonly folder: string;
  readonly #files: StateFolder;
  readonly #options: StateFolderOptions;
  readonly #locks: FileLocks;
  readonly #queue = new FairQueue();

  constructor(stateDir: string, locks: FileLocks, options: StateFolderOptions = {}) {
    this.folder = join(stateDir, 'locks');
    this.#files = new StateFolder(this.folder, options);
    this.#options = options;
    this.#locks = locks;
  }

  /**
   * Runs `use` while holding the lock of that name.
   *
   * @throws LibcniError `ERR_LOCKED` if somebody else held the lock for too long, `ERR_CACHE` or `ERR_PERMISSION`
   * if its file cannot be locked, `ERR_HELPER`, `ERR_ABORTED`, `ERR_TIMEOUT`
   */
  async withLock<Value>(
    name: string,
    use: (lock: HeldLock) => Promise<Value>,
    patience: Patience = new Patience(),
  ): Promise<Value> {
    patience.throwIfAborted();
    const untilTurn = (turn: Promise<void>) => patience.waitFor(turn, this.fileOf(name));
    const leave = await this.#queue.enter(name, untilTurn);
    try {
      return await useAndRelease(await this.take(name, patience), use);
    } finally {
      leave();
    }
  }

  /** The same, but returns `undefined` without waiting if anybody else holds the lock, even in this process. */
  async withFreeLock<Value>(
    name: string,
    use: (lock: HeldLock) => Promise<Value>,
  ): Promise<Value | undefined> {
    const leave = this.#queue.tryEnter(name);
    if (leave === undefined) return undefined;
    try {
      const lock = await this.tryTake(name);
      return lock && (await useAndRelease(lock, use));
    } finally {
      leave();
    }
  }

  /** The file of a lock. A name that is too long is cut. */
  fileOf(name: string): string {
    return this.#files.fileOf(fittingName(name));
  }

  /** Whether the lock has a file, so that somebody may hold it. */
  hasFile(name: string): boolean {
    return this.#files.status(fittingName(name)) !== undefined;
  }

  /** Removes the file of a lock that nobody holds any more. A file that stays does no harm: recovery removes it. */
  async removeFile(name: string): Promise<void> {
    await this.#files.remove(fittingName(name)).catch(() => {});
  }

  /** Whether anybody holds the lock, this process included. Does not wait. */
  async isHeld(name: string): Promise<boolean> {
    const lock = await this.tryTake(name);
    await lock?.release();
    return lock === undefined;
  }

  /**
   * Waits while the lock is held by a helper that was killed or has lost its client. That ends by itself.
   *
   * @throws LibcniError `ERR_LOCKED` if the time is up, `ERR_ABORTED`
   */
  async whileLeft(name: string, patience: Patience): Promise<void> {
    const file = this.fileOf(name);
    while (this.hasFile(name) && (await this.#holder(file)) === 'left')
      await patience.pause(LONGEST_PAUSE_MS, file);
  }

  /** Waits until nobody holds the lock, without standing in the queue for it. */
  async untilFree(name: string, patience: Patience): Promise<void> {
    const lock = await this.take(name, patience);
    await lock.release();
  }

  /** The names of the locks that have a file. Anything but an empty regular file is not a lock. */
  async names(): Promise<string[]> {
    return (await this.#names()).filter((name) => {
      const status = this.#files.status(name);
      return status?.isFile() && status.size === 0;
    });
  }

  async #names(): Promise<string[]> {
    try {
      return await this.#files.list();
    } catch (cause) {
      throw lockFailure(this.folder, cause);
    }
  }

  /**
   * Removes the files of locks that nobody holds; a killed helper leaves them behind. Anything that is not a lock file is
   * moved aside. A file that cannot be removed does no harm.
   */
  async sweep(): Promise<void> {
    const names = (await this.#names().catch(() => [])).filter((name) => name !== ASIDE);
    for (const name of names) await this.isHeld(name).catch(() => {});
  }

  /** Takes a lock for which nobody else in this process waits. */
  async take(name: string, patience: Patience = new Patience()): Promise<HeldLock> {
    const isAwaited = this.hasFile(turnOf(name));
    const lock = isAwaited ? undefined : await this.tryTake(name);
    return lock ?? (await this.#waitForTurn(name, patience));
  }

  /** The same without waiting; `undefined` if anybody holds it, this process included. */
  async tryTake(name: string): Promise<HeldLock | undefined> {
    const file = this.fileOf(name);
    try {
      if (this.#files.status('.') === undefined) await makeFolders(this.folder, 0o700);
      const release = await this.#tryLock(file);
      if (release === undefined) return undefined;
      return this.#heldLock(file, release);
    } catch (cause) {
      throw lockFailure(file, cause);
    }
  }

  async #holder(file: string): Promise<'living' | 'left' | undefined> {
    try {
      return await this.#locks.lockHolder(file);
    } catch (cause) {
      throw lockFailure(file, cause);
    }
  }

  /** Called when the helper, holding the lock, has moved aside something that was not a lock file. */
  async #tryLock(file: string): Promise<(() => Promise<void>) | undefined> {
    try {
      return await this.#locks.tryLock(file);
    } catch (error) {
      if (!(error instanceof SpawnError) || error.syscall !== 'aside' || error.code !== 'ESTALE') throw error;
      const to = join(this.folder, ASIDE);
      this.#options.onSetAside?.({ file, to, reason: 'it is not an empty regular file, as a lock file is' });
      return await this.#locks.tryLock(file);
    }
  }

  #heldLock(file: string, release: () => Promise<void>): HeldLock {
    const { pid } = this.#locks;
    const isHeld = () => pid !== undefined && pid === this.#locks.pid;
    const throwIfLost = (circumstances?: Circumstances) => {
      if (!isHeld()) throw lostLock(file, circumstances);
    };
    return { release, isHeld, throwIfLost };
  }

  async #waitForTurn(name: string, patience: Patience): Promise<HeldLock> {
    const start = performance.now();
    let turn: HeldLock | undefined;
    try {
      for (;;) {
        turn ??= await this.tryTake(turnOf(name));
        const waitedMs = performance.now() - start;
        const mayTake = turn !== undefined || waitedMs > TURN_MS;
        const lock = mayTake ? await this.tryTake(name) : undefined;
        if (lock !== undefined) return lock;
        const pauseMs = Math.min(Math.max(waitedMs * PAUSE_SHARE, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
        await patience.pause(pauseMs, this.fileOf(name));
      }
    } finally {
      await turn?.release();
    }
  }
}

async function useAndRelease<Value>(lock: HeldLock, use: (lock: HeldLock) => Promise<Value>): Promise<Value> {
  try {
    return await use(lock);
  } finally {
    await lock.release();
  }
}

/** The name of the lock that serves as the turn for another lock. */
function turnOf(name: string): string {
  return `${TURN_PREFIX}${name}`;
}
