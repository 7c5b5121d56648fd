import { lstatSync, rmdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from '../errors/aborted-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { asError, codeForCause, hasCode, reasonOf } from '../errors/system-error.js';
import { clearForFolder } from './clear-for-folder.js';
import { makeFolders } from './make-folders.js';
import { moveAside } from './move-aside.js';
import type { SetAside } from './state-folder.js';

/** How long to wait for a file's lock. */
export interface FileLockOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for others at most. @default 30000 */
  readonly timeoutMs?: number | undefined;
  /** Called when something else than a lock was in its place and was moved aside. @default none */
  readonly onSetAside?: ((found: SetAside) => void) | undefined;
}

/** How to take a lock, besides how long to wait for it. */
interface LockPlace extends FileLockOptions {
  /** Permissions of the folder, which is created if it is missing. @default it is not created */
  readonly dirMode?: number | undefined;
  /** Where to move anything but a lock. @default the folder of the file */
  readonly asideFolder?: string | undefined;
}

/** Passed to the holder of a lock. */
export interface HeldFileLock {
  /** Call this before each change that needs the lock. @throws LibcniError `ERR_LOCKED` if it was lost */
  readonly throwIfLost: () => void;
}

/** A holder that has not renewed its lock for this long counts as ended. */
const STALE_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** The last in the queue of this process, by file: waiters here take turns instead of polling. */
const tails = new Map<string, Promise<void>>();

/**
 * Runs something while no other process has the lock of the file. The file itself need not exist: the lock is a folder
 * beside it, `<file>.lock`. If the clock is set meanwhile, two processes can hold the lock at a time, so anything that
 * must never be taken twice is also created exclusively.
 *
 * @throws LibcniError `ERR_LOCKED` if others held it for too long, `ERR_ABORTED`, `ERR_PERMISSION`; a system
 * error if the lock cannot be created
 */
export async function withFileLock<Value>(
  file: string,
  run: (lock: HeldFileLock) => Promise<Value>,
  { dirMode, asideFolder = dirname(file), ...options }: LockPlace = {},
): Promise<Value> {
  if (dirMode !== undefined) await makeFolders(dirname(file), dirMode);
  const deadline = performance.now() + (options.timeoutMs ?? 30_000);
  const waiting = { ...options, asideFolder, deadline };
  const leave = await takeTurn(file, waiting);
  try {
    let lost: Error | undefined;
    const release = await acquire(file, waiting, (error) => {
      lost = error;
    });
    const throwIfLost = () => {
      if (lost)
        throw new LibcniError('ERR_LOCKED', 'the lock was taken by another process', { file, cause: lost });
    };
    return await run({ throwIfLost }).finally(() => release().catch(() => {}));
  } finally {
    leave();
  }
}

interface Waiting extends FileLockOptions {
  readonly deadline: number;
  readonly asideFolder: string;
}

async function takeTurn(file: string, waiting: Waiting): Promise<() => void> {
  const before = tails.get(file) ?? Promise.resolve();
  let leave = () => {};
  const held = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const tail = before.then(() => held);
  tails.set(file, tail);
  tail.then(() => tails.get(file) === tail && tails.delete(file));
  try {
    await untilDeadline(before, file, waiting);
    return leave;
  } catch (error) {
    leave();
    throw error;
  }
}

async function untilDeadline(
  turn: Promise<void>,
  file: string,
  { signal, deadline }: Waiting,
): Promise<void> {
  const ending = new AbortController();
  const signals = AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]);
  const limit = sleep(Math.max(0, deadline - performance.now()), 'late', { signal: signals }).catch(
    () => 'aborted',
  );
  const outcome = await Promise.race([turn.then(() => 'turn'), limit]);
  ending.abort();
  if (signal?.aborted) throw abortedError(signal);
  if (outcome !== 'turn') throw lockedFor(file);
}

async function acquire(
  file: string,
  waiting: Waiting,
  onCompromised: (error: Error) => void,
): Promise<() => Promise<void>> {
  const { signal, deadline } = waiting;
  // Loaded for the first lock, since few programs take one.
  const { default: lockfile } = await import('proper-lockfile');
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (signal?.aborted) throw abortedError(signal);
    try {
      return await lockfile.lock(file, { realpath: false, stale: STALE_MS, onCompromised });
    } catch (error) {
      const isClear = await clearTheWay(`${resolve(file)}.lock`, asError(error), waiting);
      if (isClear && performance.now() < deadline) continue;
      if (!isClear && !hasCode(error, 'ELOCKED')) throw unlockable(file, asError(error));
    }
    if (performance.now() >= deadline) throw lockedFor(file);
    // Waiters must not retry in step.
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

/**
 * Removes anything in the place of a lock that would never end by itself: anything but a folder, an old folder with
 * content, and a lock from the future, which was renewed before the clock was set back.
 *
 * @returns whether to try the lock again immediately
 */
async function clearTheWay(
  lock: string,
  error: Error,
  { asideFolder, onSetAside }: Waiting,
): Promise<boolean> {
  if (!hasCode(error, 'ELOCKED', 'ENOTDIR', 'ENOTEMPTY', 'ELOOP')) return false;
  const status = lstatSync(lock, { throwIfNoEntry: false });
  if (status === undefined) return false;
  if (!status.isDirectory()) return await clearForFolder(lock, { asideFolder, onSetAside });
  const isFull = hasCode(error, 'ENOTEMPTY');
  if (!isFull && status.mtimeMs < Date.now() + STALE_MS) return false;
  return removeEmpty(lock) || (await moveFullAside(lock, { asideFolder, onSetAside }));
}

/** Synchronously after the check: another process may do the same. */
function removeEmpty(lock: string): boolean {
  try {
    rmdirSync(lock);
    return true;
  } catch (error) {
    return hasCode(error, 'ENOENT');
  }
}

async function moveFullAside(
  lock: string,
  { asideFolder, onSetAside }: Pick<Waiting, 'asideFolder' | 'onSetAside'>,
): Promise<boolean> {
  const reason = 'it is not a lock: it is not empty';
  try {
    onSetAside?.({ file: lock, to: await moveAside(lock, asideFolder), reason });
    return true;
  } catch (error) {
    onSetAside?.({ file: lock, reason: `${reason}; ${asError(error).message}` });
    return false;
  }
}

function lockedFor(file: string): LibcniError {
  return new LibcniError('ERR_LOCKED', 'another process is working on the file; try again', { file });
}

function unlockable(file: string, cause: Error): Error {
  if (codeForCause(cause, 'ERR_LOCKED') !== 'ERR_PERMISSION') return cause;
  const summary = `the lock cannot be created beside the file: ${reasonOf(cause)}`;
  return new LibcniError('ERR_PERMISSION', summary, { file, cause });
}
