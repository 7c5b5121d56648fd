import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { LibcniError } from '../../errors/libcni-error.js';

/** The largest configuration file that is read. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a configuration file of at most 1 MiB.
 *
 * @throws LibcniError `ERR_CONF_NOT_FOUND` where there is no such file, `ERR_PERMISSION` where it may not be
 * read, `ERR_CONF_INVALID` where it is too large or not a regular file.
 */
export async function readConfFile(file: string): Promise<Buffer> {
  try {
    return await readBounded(file);
  } catch (error) {
    throw error instanceof LibcniError ? error : unreadable(file, error);
  }
}

async function readBounded(file: string): Promise<Buffer> {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new LibcniError('ERR_CONF_INVALID', 'not a regular file', { file });
    if (stats.size > MAX_BYTES) throw tooLarge(file, stats.size);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function tooLarge(file: string, size: number): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `configuration of ${size} bytes is larger than 1 MiB`, {
    file,
    value: size,
  });
}

function unreadable(file: string, cause: unknown): LibcniError {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const code = { ENOENT: 'ERR_CONF_NOT_FOUND', EACCES: 'ERR_PERMISSION', EPERM: 'ERR_PERMISSION' } as const;
  const known = errno in code ? code[errno as keyof typeof code] : 'ERR_CONF_INVALID';
  return new LibcniError(known, `configuration cannot be read: ${errno}`, { file, cause });
}
