import { lstatSync } from 'node:fs';
import { link, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asError, hasCode } from '../errors/system-error.js';
import { fittingName } from './fitting-name.js';
import { makeFolders } from './make-folders.js';
import type { SetAside } from './state-folder.js';

/** Where to move what is in the way, and what to call then. */
export interface ClearOptions {
  readonly asideFolder: string;
  /** @default none */
  readonly onSetAside?: ((found: SetAside) => void) | undefined;
}

/**
 * Moves aside anything but a folder in the place of a folder: a file, a pipe, a link to somewhere else. A folder that
 * somebody creates there meanwhile stays, so no lock is needed. What cannot be moved is left, which is not an error.
 *
 * @returns whether nothing is in the way any more
 */
export async function clearForFolder(
  path: string,
  { asideFolder, onSetAside }: ClearOptions,
): Promise<boolean> {
  if (!isInTheWay(path)) return true;
  const reason = 'it is not a folder';
  const to = join(asideFolder, fittingName(basename(path), `.${Date.now()}`));
  try {
    await makeFolders(asideFolder, 0o700);
    // Unlike a move, neither step affects a folder.
    await link(path, to);
    await unlink(path);
    onSetAside?.({ file: path, to, reason });
    return true;
  } catch (error) {
    // Somebody else has moved it.
    if (hasCode(error, 'ENOENT', 'EISDIR') && !isInTheWay(path)) return true;
    onSetAside?.({ file: path, reason: `${reason}; ${asError(error).message}` });
    return false;
  }
}

function isInTheWay(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status !== undefined && !status.isDirectory();
}
