import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

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
 * new one, never a part: temporary file, sync, rename, sync of the folder.
 */
export async function writeFileAtomic({ file, data, mode, dirMode, tempDir }: AtomicWrite): Promise<void> {
  const folder = dirname(file);
  await makeFolder(folder, dirMode);
  const temp = join(tempDir ?? folder, `.tmp-${process.pid}-${randomBytes(8).toString('hex')}`);
  try {
    await writeSynced(temp, data, mode);
    await rename(temp, file);
  } catch (error) {
    await unlink(temp).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** A folder that had to be made is synced into its parent, or it could be gone with all it holds. */
async function makeFolder(folder: string, mode: number): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode });
  for (let made = first && folder; made; made = made === first ? undefined : dirname(made)) {
    await syncFolder(dirname(made));
  }
}

async function writeSynced(file: string, data: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
