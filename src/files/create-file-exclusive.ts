import { link, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../errors/system-error.js';
import { makeFolders } from './make-folders.js';
import { temporaryName } from './temporary-name.js';

/** A file that is created whole, or not at all if it exists already. */
export interface ExclusiveWrite {
  readonly file: string;
  readonly data: string;
  /** Permissions of the file. */
  readonly mode: number;
  /** Permissions of folders that are created for it. */
  readonly dirMode: number;
}

/**
 * Creates a file that must not exist yet. Of several callers at a time, one succeeds. Readers see all of it or nothing,
 * even after a crash.
 *
 * @throws a system error, `EEXIST` if the file exists already
 */
export async function createFileExclusive({ file, data, mode, dirMode }: ExclusiveWrite): Promise<void> {
  await makeFolders(dirname(file), dirMode);
  const temp = join(dirname(file), temporaryName());
  try {
    await writeSynced(temp, data, mode);
    await link(temp, file);
  } finally {
    await unlink(temp).catch(() => {});
  }
  await syncFolder(dirname(file));
}

async function writeSynced(file: string, data: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch((error: unknown) => {
    if (hasCode(error, 'EACCES', 'EPERM')) return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
