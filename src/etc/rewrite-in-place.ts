import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { withMissingRight } from '../errors/missing-right.js';
import { hasCode } from '../errors/system-error.js';
import { makeFolders } from '../files/make-folders.js';
import { type FileLockOptions, withFileLock } from '../files/with-file-lock.js';

/** Whether a missing file is created (empty at first), or left missing. */
interface RewriteOptions extends FileLockOptions {
  readonly create?: boolean | undefined;
}

const FILE_MODE = 0o644;
const DIR_MODE = 0o755;

/**
 * Changes the text of a file under its lock and **in place**: such files are bind-mounted into containers, which see
 * the same inode only. The text goes out in one write, at least as long as the old text. So a process that is
 * killed in the middle leaves empty lines, never half of the old text.
 *
 * @throws LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`, `ERR_CONF_INVALID` for a pipe or a
 * device; a system error
 */
export async function rewriteInPlace(
  file: string,
  change: (text: string) => string,
  { create = false, ...limits }: RewriteOptions = {},
): Promise<void> {
  try {
    if (create) await makeFolders(dirname(file), DIR_MODE);
    await withFileLock(file, () => rewrite(file, change, create), limits);
  } catch (error) {
    if (!create && hasCode(error, 'ENOENT')) return;
    throw withMissingRight(error);
  }
}

async function rewrite(file: string, change: (text: string) => string, create: boolean): Promise<void> {
  const handle = await openFile(file, create);
  try {
    // Reading from a pipe would wait forever for a writer.
    if (!(await handle.stat()).isFile())
      throw new LibcniError('ERR_CONF_INVALID', 'it is not a regular file', { file });
    const before = await handle.readFile();
    const after = Buffer.from(change(before.toString()));
    if (!after.equals(before)) await overwrite(handle, before.length, after);
  } finally {
    await handle.close();
  }
}

async function openFile(file: string, create: boolean): Promise<FileHandle> {
  try {
    return await open(file, 'r+');
  } catch (error) {
    if (!create || !hasCode(error, 'ENOENT')) throw error;
    const handle = await open(file, 'wx+', FILE_MODE);
    await handle.chmod(FILE_MODE);
    return handle;
  }
}

async function overwrite(handle: FileHandle, oldLength: number, data: Buffer): Promise<void> {
  const padded = Buffer.concat([data, Buffer.alloc(Math.max(0, oldLength - data.length), '\n')]);
  await handle.write(padded, 0, padded.length, 0);
  await handle.truncate(data.length);
}
