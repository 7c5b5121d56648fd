import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fsync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const syncData = promisify(fdatasync);
const syncAll = promisify(fsync);

/** A file to be written whole or not at all. */
export interface AtomicWrite {
  readonly file: string;
  readonly data: string;
  /** Permissions of the file. */
  readonly mode: number;
  /** Permissions of folders that are made for it. */
  readonly dirMode: number;
  /**
   * A folder on the same file system for the temporary file, where readers of the file's own folder must not
   * see it. @default the file's folder
   */
  readonly tempDir?: string;
}

/**
 * Writes a file so that readers, and whoever comes after a crash or a power failure, see the old content or the
 * new one, never a part: temporary file, sync, rename, sync of the folder. Only the syncs wait for the disk, so only
 * they are left to other threads; the rest takes less time than handing it over.
 */
export async function writeFileAtomic({ file, data, mode, dirMode, tempDir }: AtomicWrite): Promise<void> {
  const folder = dirname(file);
  await makeFolder(folder, dirMode);
  const temp = join(tempDir ?? folder, `.tmp-${process.pid}-${randomBytes(8).toString('hex')}`);
  try {
    await writeSynced(temp, data, mode);
    renameSync(temp, file);
  } catch (error) {
    removeTemp(temp);
    throw error;
  }
  await syncFolder(folder);
}

/** A folder that had to be made is synced into its parent, or it could be gone with all it holds. */
async function makeFolder(folder: string, mode: number): Promise<void> {
  const first = mkdirSync(folder, { recursive: true, mode });
  for (let made = first && folder; made; made = made === first ? undefined : dirname(made)) {
    await syncFolder(dirname(made));
  }
}

async function writeSynced(file: string, data: string, mode: number): Promise<void> {
  const descriptor = openSync(file, 'wx', mode);
  try {
    writeFileSync(descriptor, data);
    await syncData(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const descriptor = openSync(folder, 'r');
  try {
    await syncAll(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeTemp(temp: string): void {
  try {
    unlinkSync(temp);
  } catch {
    // It was not made, or has been renamed already.
  }
}
