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
/** Who has waited long can wait a little longer. */
const PAUSE_SHARE = 0.1;
const TURN_PREFIX = '.turn-';
/** Where the helper moves what is no file of a lock. */
const ASIDE = 'unreadable';
/** After that long, whoever has the turn may be dead. */
const TURN_MS = 1000;

/** A lock that was taken. */
export interface HeldLock {
  /** Gives it back. */
  release(): Promise<void>;
  /** Whether it has not ended by itself, with the helper that took it. */
  isHeld(): boolean;
  /** @throws LibcniError `ERR_HELPER` where it has ended by itself: somebody else may have it by now. */
  readonly throwIfLost: (circumstances?: Circumstances) => void;
}

/** Who holds the locks: the native helper. */
export interface FileLocks {
  /** The process that holds what is locked now; `undefined` while there is none. */
  readonly pid: number | undefined;
  /** Takes the lock of a file and yields how to give it back; `undefined` where another process holds it. */
  tryLock(file: string): Promise<(() => Promise<void>) | undefined>;
  /** Who holds it: `left` where its client is gone, or the helper itself, and it will be free by itself. */
  lockHolder(file: string): Promise<'living' | 'left' | undefined>;
}

/**
 * Locks between the operations of this process and of others that share the folder. The native helper holds them as
 * kernel locks: they end with it, and it ends after the plugins that it runs, so the lock of a process that died is
 * free exactly when no plugin runs any more that the helper has started. So it is where the helper itself is killed, but
 * nobody works under it from then on: whoever did must look before each further step.
 *
 * Kernel locks know no order of asking, and a process that gives one back could take it again before anybody else
 * notices. So of those that wait for a lock one has the turn, which is a lock too, and as long as somebody has it
 * nobody else takes the lock.
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
   * Runs `use` while the lock of that name is held.
   *
   * @throws LibcniError `ERR_LOCKED` where somebody else held the lock for too long, `ERR_CACHE` or `ERR_PERMISSION`
   * where its file cannot be locked, `ERR_HELPER`, `ERR_ABORTED`, `ERR_TIMEOUT`
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

  /** The same, but `undefined` at once where somebody else holds the lock, in this process or in another. */
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

  /** The file of a lock. A name that does not fit is cut. */
  fileOf(name: string): string {
    return this.#files.fileOf(fittingName(name));
  }

  /** Whether there is a file of the lock, so that somebody may hold it. */
  hasFile(name: string): boolean {
    return this.#files.status(fittingName(name)) !== undefined;
  }

  /** Removes the file of a lock that nobody holds any more. One that stays does no harm: recovery sweeps it up. */
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
   * Waits as long as the lock is held for what has lost its client or its helper, which ends by itself.
   *
   * @throws LibcniError `ERR_LOCKED` where the time is up, `ERR_ABORTED`
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

  /** The names of the locks that have a file. What is no empty plain file is nobody's lock. */
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
   * Removes the files of locks that nobody holds; a helper that was killed leaves those that it held. What is no file of
   * a lock is moved aside. One that cannot be removed does no harm.
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

  /** The same without waiting; `undefined` where somebody holds it, this process included. */
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

  /** The helper has moved aside what was no file of a lock, as the holder of that lock. */
  async #tryLock(file: string): Promise<(() => Promise<void>) | undefined> {
    try {
      return await this.#locks.tryLock(file);
    } catch (error) {
      if (!(error instanceof SpawnError) || error.syscall !== 'aside' || error.code !== 'ESTALE') throw error;
      const to = join(this.folder, ASIDE);
      this.#options.onSetAside?.({ file, to, reason: 'it is no empty plain file, as that of a lock is' });
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

/** The name of the lock that is the turn for another one. */
function turnOf(name: string): string {
  return `${TURN_PREFIX}${name}`;
}
