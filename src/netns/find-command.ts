import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';

/** Where to look for a command. */
export interface CommandSearch {
  /** The value of `PATH`. */
  readonly path: string | undefined;
  /** What relative paths start from. */
  readonly cwd: string;
}

/**
 * The absolute path of a command: the first executable file of that name on `PATH`, or the path itself if `file`
 * has a slash.
 *
 * @throws LibcniError `ERR_NOT_FOUND`
 */
export async function findCommand(file: string, { path, cwd }: CommandSearch): Promise<string> {
  if (file.includes('/')) return isAbsolute(file) ? file : resolve(cwd, file);
  for (const folder of (path ?? '').split(':')) {
    const candidate = resolve(cwd, join(folder || '.', file));
    if (file !== '' && (await isExecutableFile(candidate))) return candidate;
  }
  throw new LibcniError('ERR_NOT_FOUND', `command ${JSON.stringify(file)} is not on PATH`, { value: file });
}

async function isExecutableFile(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
