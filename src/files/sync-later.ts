import fs from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../errors/system-error.js';

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants;

// Plain descriptors: a `FileHandle` costs the main thread twice as much.
const open = promisify(fs.open);
const fsync = promisify(fs.fsync);

/** Files that are synced together. */
interface Round {
  readonly files: Set<string>;
  readonly done: Promise<void>;
}

let current: Promise<void> = Promise.resolve();
let next: Round | undefined;

/**
 * Syncs a file that was written without a sync, and its name in its folder. Files are synced in rounds: one that is
 * written during a round waits for the next. Each round syncs a folder once.
 *
 * @returns settles once the file survives a crash of the machine; also if it was removed meanwhile
 * @throws a system error if the disk cannot write it, or any other file of its round
 */
export function syncLater(file: string): Promise<void> {
  next ??= newRound();
  next.files.add(file);
  return next.done;
}

function newRound(): Round {
  const files = new Set<string>();
  const done = current.then(() => {
    next = undefined;
    return syncAll(files);
  });
  current = done.catch(() => {});
  return { files, done };
}

async function syncAll(files: ReadonlySet<string>): Promise<void> {
  const folders = new Set([...files].map((file) => dirname(file)));
  for (const path of [...files, ...folders]) await syncPath(path);
}

async function syncPath(path: string): Promise<void> {
  try {
    const descriptor = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    await fsync(descriptor).finally(() => fs.close(descriptor, () => {}));
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
