import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { abortedError } from '../errors/aborted-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { asError, codeForCause, hasCode, reasonOf } from '../errors/system-error.js';
import { makeFolders } from './make-folders.js';

/** How long to wait for a file's lock. */
export interface FileLockOptions {
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for others at most. @default 30000 */
  readonly timeoutMs?: number | undefined;
}

/** How a lock is had, beside how long it is waited for. */
interface LockPlace extends FileLockOptions {
  /** Permissions of the folder, which is made where it is missing. @default it is not made */
  readonly dirMode?: number | undefined;
}

/** What the holder of a lock is told. */
export interface HeldFileLock {
  /** To be called before each change that must not be made without the lock. @throws LibcniError `ERR_LOCKED` */
  readonly throwIfLost: () => void;
}

/** A holder that does not renew its lock for so long is taken to have ended. */
const STALE_MS = 10_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/** The last holder, by the file, of those who wait in this process: they take their turns without trying again and again. */
const tails = new Map<string, Promise<void>>();

/**
 * Runs something while no other process has the lock of the file, which need not be there itself: the lock is a folder
 * beside it, `<file>.lock`. A clock that is set meanwhile can make two processes have it at a time: what must never be
 * taken twice is created exclusively, too.
 *
 * @throws LibcniError `ERR_LOCKED` where others had it for too long, `ERR_ABORTED`, `ERR_PERMISSION`; Error of the
 * system where the lock cannot be made
 */
export async function withFileLock<Value>(
  file: string,
  run: (lock: HeldFileLock) => Promise<Value>,
  { dirMode, ...options }: LockPlace = {},
): Promise<Value> {
  if (dirMode !== undefined) await makeFolders(dirname(file), dirMode);
  const deadline = performance.now() + (options.timeoutMs ?? 30_000);
  const leave = await takeTurn(file, { ...options, deadline });
  try {
    let lost: Error | undefined;
    const release = await acquire(file, { ...options, deadline }, (error) => {
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
  { signal, deadline }: Waiting,
  onCompromised: (error: Error) => void,
): Promise<() => Promise<void>> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (signal?.aborted) throw abortedError(signal);
    try {
      return await lockfile.lock(file, { realpath: false, stale: STALE_MS, onCompromised });
    } catch (error) {
      if (!hasCode(error, 'ELOCKED')) throw unlockable(file, asError(error));
    }
    if (performance.now() >= deadline) throw lockedFor(file);
    // Those who wait must not go in step.
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}

function lockedFor(file: string): LibcniError {
  return new LibcniError('ERR_LOCKED', 'another process is at work on the file; try again', { file });
}

function unlockable(file: string, cause: Error): Error {
  if (codeForCause(cause, 'ERR_LOCKED') !== 'ERR_PERMISSION') return cause;
  const summary = `no lock can be made beside the file: ${reasonOf(cause)}`;
  return new LibcniError('ERR_PERMISSION', summary, { file, cause });
}
