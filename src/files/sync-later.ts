import fs from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../errors/system-error.js';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

// Plain descriptors: a `FileHandle` costs the main thread twice as much.
const open = promisify(fs.open);
const fsync = promisify(fs.fsync);

/** How long a round gathers files. What is removed meanwhile need not be synced. */
const PAUSE_MS = 20;

/** Files that are synced together. */
interface Round {
  readonly files: Set<string>;
  /** Why which file or folder could not be synced. */
  readonly failures: Promise<ReadonlyMap<string, unknown>>;
  /** Ends the gathering. */
  readonly hurry: () => void;
}

let current: Promise<unknown> = Promise.resolve();
let next: Round | undefined;

/**
 * Syncs a file that was written without a sync, and its name in its folder. Files are synced in rounds, which gather
 * files for 20 ms: one that is written after that waits for the next. Each round syncs a folder once.
 *
 * @returns settles once the file survives a crash of the machine; also if it was removed meanwhile
 * @throws a system error if the disk cannot write it; a fault of another file of its round does not matter
 */
export async function syncLater(file: string): Promise<void> {
  next ??= newRound();
  next.files.add(file);
  const failures = await next.failures;
  const failed = [file, dirname(file)].find((path) => failures.has(path));
  if (failed !== undefined) throw failures.get(failed);
}

/** The same for a caller that waits for it: nothing else is gathered. */
export function syncNow(file: string): Promise<void> {
  const done = syncLater(file);
  hurrySyncs();
  return done;
}

/** Syncs what was gathered so far without waiting for more. */
export function hurrySyncs(): void {
  next?.hurry();
}

function newRound(): Round {
  const files = new Set<string>();
  const { elapsed, hurry } = startPause();
  const failures = Promise.all([current, elapsed]).then(() => {
    next = undefined;
    return syncAll(files);
  });
  current = failures;
  return { files, failures, hurry };
}

function startPause(): { readonly elapsed: Promise<void>; readonly hurry: () => void } {
  let hurry = () => {};
  const elapsed = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PAUSE_MS);
    hurry = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { elapsed, hurry };
}

/** @returns why which path could not be synced */
async function syncAll(files: ReadonlySet<string>): Promise<ReadonlyMap<string, unknown>> {
  const failures = new Map<string, unknown>();
  const folders = new Set<string>();
  for (const file of files) if (await syncPath(file, failures)) folders.add(dirname(file));
  for (const folder of folders) await syncPath(folder, failures);
  return failures;
}

/** @returns false if it does not exist, or has failed */
async function syncPath(path: string, failures: Map<string, unknown>): Promise<boolean> {
  try {
    const descriptor = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    await fsync(descriptor).finally(() => fs.close(descriptor, () => {}));
    return true;
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) failures.set(path, error);
    return false;
  }
}
