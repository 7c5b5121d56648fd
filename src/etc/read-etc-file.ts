import { LibcniError } from '../errors/libcni-error.js';
import { withOwnClass } from '../errors/missing-right.js';
import { codeOf, hasCode, reasonOf } from '../errors/system-error.js';
import { readLocalFile } from '../files/read-local-file.js';

/**
 * Reads a small file of a container or of the host.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if there is none, `ERR_CONF_INVALID` for anything but a regular file of up to
 * 32 MiB, `ERR_PERMISSION`, `ERR_CACHE`
 */
export function readEtcFile(file: string): string {
  try {
    return readLocalFile(file).toString('utf8');
  } catch (cause) {
    if (hasCode(cause, 'ENOENT'))
      throw new LibcniError('ERR_NOT_FOUND', 'there is no such file', { file, cause });
    if (codeOf(cause) === undefined)
      throw new LibcniError('ERR_CONF_INVALID', reasonOf(cause), { file, cause });
    throw withOwnClass(cause);
  }
}
