import fs from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../errors/system-error.js';
import { makeFolders } from './make-folders.js';
import { temporaryName } from './temporary-name.js';

const { O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = fs.constants;

// Plain descriptors: a `FileHandle` costs the main thread twice as much.
const open = promisify(fs.open);
const writeFile = promisify(fs.writeFile);
const sync = promisify(fs.fsync);
const rename = promisify(fs.rename);
const unlink = promisify(fs.unlink);

/** A file to write whole or not at all. */
export interface AtomicWrite {
  readonly file: string;
  readonly data: string;
  /** Permissions of the file. */
  readonly mode: number;
  /** Permissions of folders that are created for it. */
  readonly dirMode: number;
  /**
   * A folder for the temporary file, if readers of the file's own folder should not see it. Ignored if it is on another
   * file system. @default the file's folder
   */
  readonly tempDir?: string | undefined;
  /** Whether to sync it, so that it survives a crash of the machine. @default true */
  readonly sync?: boolean | undefined;
}

/**
 * Writes a file so that readers see the old content or the new one, never a part, even after a crash or a power
 * failure: temporary file, sync, rename, sync of the folder. Like syncs, changes to a folder can wait for the disk, so
 * nothing is done on the main thread.
 */
export async function writeFileAtomic(write: AtomicWrite): Promise<void> {
  try {
    await replaceFile(write);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await makeFolder(dirname(write.file), write.dirMode);
    await replaceFile(write);
  }
}

async function replaceFile(write: AtomicWrite): Promise<void> {
  try {
    await replaceBy(write);
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    const { tempDir, ...beside } = write;
    await replaceBy(beside);
  }
}

async function replaceBy(write: AtomicWrite): Promise<void> {
  const { file, tempDir, sync: isSynced = true } = write;
  const opening = isSynced ? open(dirname(file), 'r') : undefined;
  // A failure shows below, where the folder is needed.
  opening?.catch(() => {});
  const temp = join(tempDir ?? dirname(file), temporaryName());
  try {
    await writeNew(temp, write);
    const folder = await opening;
    await rename(temp, file);
    if (folder !== undefined) await sync(folder);
  } catch (error) {
    await unlink(temp).catch(() => {});
    throw error;
  } finally {
    opening?.then(close, () => {});
  }
}

/** `O_DSYNC` writes and syncs in one call, which saves one trip to another thread and back. */
async function writeNew(file: string, { data, mode, sync: isSynced = true }: AtomicWrite): Promise<void> {
  const flags = O_WRONLY | O_CREAT | O_EXCL | (isSynced ? O_DSYNC : 0);
  const descriptor = await open(file, flags, mode);
  try {
    await writeFile(descriptor, data);
  } finally {
    close(descriptor);
  }
}

/** Nobody waits for this: once all is synced, closing has nothing left to report. */
function close(descriptor: number): void {
  fs.close(descriptor, () => {});
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

/**
 * A folder that had to be created is synced into its parent, or it could be lost with all it holds. If somebody else
 * was quicker, nobody knows which of its parents are new, or whether they are synced yet.
 */
async function makeFolder(folder: string, mode: number): Promise<void> {
  const absolute = resolve(folder);
  const first = await makeFolders(absolute, mode);
  for (let made = absolute; made !== '/'; made = made === first ? '/' : dirname(made)) {
    await syncFolder(dirname(made)).catch((error: unknown) => {
      // A folder that this process may not read was not created by it.
      if (first !== undefined || !isForbidden(error)) throw error;
    });
  }
}

function isForbidden(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

async function syncFolder(folder: string): Promise<void> {
  const descriptor = await open(folder, 'r');
  try {
    await sync(descriptor);
  } finally {
    close(descriptor);
  }
}
