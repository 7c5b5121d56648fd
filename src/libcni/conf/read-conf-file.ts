import type { Stats } from 'node:fs';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { codeForCause, hasCode, reasonOf } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import { readLocalText } from '../../files/read-local-file.js';

/** The largest configuration file that is read. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a configuration file of at most 1 MiB.
 *
 * @throws LibcniError `ERR_CONF_NOT_FOUND` if there is no such file, `ERR_PERMISSION` if it may not be
 * read, `ERR_CONF_INVALID` if it is too large or not a regular file.
 */
export async function readConfFile(file: string): Promise<string> {
  try {
    await giveWay();
    return readLocalText(file, (stats) => refuse(file, stats));
  } catch (error) {
    throw isOwnError(error) ? error : unreadable(file, error);
  }
}

function refuse(file: string, stats: Stats): LibcniError | undefined {
  if (!stats.isFile()) return new LibcniError('ERR_CONF_INVALID', 'not a regular file', { file });
  const { size } = stats;
  if (size <= MAX_BYTES) return undefined;
  return new LibcniError('ERR_CONF_INVALID', `configuration of ${size} bytes is larger than 1 MiB`, {
    file,
    value: size,
  });
}

function unreadable(file: string, cause: unknown): LibcniError {
  const code = hasCode(cause, 'ENOENT') ? 'ERR_CONF_NOT_FOUND' : codeForCause(cause, 'ERR_CONF_INVALID');
  return new LibcniError(code, `configuration cannot be read: ${reasonOf(cause)}`, { file, cause });
}
