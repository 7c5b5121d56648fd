import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { withOwnClass } from '../errors/missing-right.js';
import { hasCode } from '../errors/system-error.js';
import { makeFolders } from '../files/make-folders.js';
import { refuseTooLarge } from '../files/read-local-file.js';
import { type FileLockOptions, withFileLock } from '../files/with-file-lock.js';

/** How to change a file. */
export interface EtcFileOptions extends FileLockOptions {
  /** Whether to follow a symbolic link at the path, rather than refuse it. @default true */
  readonly followLinks?: boolean | undefined;
}

/** Whether a missing file is created (empty at first), or left missing. */
interface RewriteOptions extends EtcFileOptions {
  readonly create?: boolean | undefined;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
const FILE_MODE = 0o644;
const DIR_MODE = 0o755;

/**
 * Changes the text of a file under its lock and **in place**: such files are bind-mounted into containers, which see
 * the same inode only. The text goes out in one write, at least as long as the old text. So a process that is
 * killed in the middle leaves empty lines, never half of the old text.
 *
 * @throws LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`, `ERR_CONF_INVALID` for anything but a regular file
 * of up to 32 MiB, `ERR_CACHE` for anything else that the system refuses
 */
export async function rewriteInPlace(
  file: string,
  change: (text: string) => string,
  { create = false, followLinks = true, ...lock }: RewriteOptions = {},
): Promise<void> {
  try {
    if (create) await makeFolders(dirname(file), DIR_MODE);
    await withFileLock(file, () => rewrite({ file, create, followLinks }, change), lock);
  } catch (error) {
    if (!create && hasCode(error, 'ENOENT')) return;
    throw withOwnClass(error);
  }
}

interface Opening {
  readonly file: string;
  readonly create: boolean;
  readonly followLinks: boolean;
}

async function rewrite(opening: Opening, change: (text: string) => string): Promise<void> {
  const handle = await openFile(opening);
  try {
    await refuseOdd(handle, opening.file);
    const before = await handle.readFile();
    const after = Buffer.from(change(before.toString()));
    if (!after.equals(before)) await overwrite(handle, before.length, after);
  } finally {
    await handle.close();
  }
}

/** Neither opening nor reading a pipe waits for its other end. */
async function openFile({ file, create, followLinks }: Opening): Promise<FileHandle> {
  const flags = O_RDWR | O_NONBLOCK | (followLinks ? 0 : O_NOFOLLOW);
  try {
    return await open(file, flags);
  } catch (error) {
    if (hasCode(error, 'ELOOP') && !followLinks) throw odd(file, 'it is a symbolic link');
    if (hasCode(error, 'EISDIR', 'ENXIO')) throw odd(file, 'it is not a regular file');
    if (!create || !hasCode(error, 'ENOENT')) throw error;
    const handle = await open(file, O_RDWR | O_CREAT | O_EXCL, FILE_MODE);
    await handle.chmod(FILE_MODE);
    return handle;
  }
}

async function refuseOdd(handle: FileHandle, file: string): Promise<void> {
  const status = await handle.stat();
  if (!status.isFile()) throw odd(file, 'it is not a regular file');
  const tooLarge = refuseTooLarge(status.size);
  if (tooLarge !== undefined) throw odd(file, tooLarge.message);
}

function odd(file: string, why: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', why, { file });
}

async function overwrite(handle: FileHandle, oldLength: number, data: Buffer): Promise<void> {
  const padded = Buffer.concat([data, Buffer.alloc(Math.max(0, oldLength - data.length), '\n')]);
  await handle.write(padded, 0, padded.length, 0);
  await handle.truncate(data.length);
}
