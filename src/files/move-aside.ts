import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fittingName } from './fitting-name.js';
import { makeFolders } from './make-folders.js';

/**
 * Moves a file that is in the way into a folder, which is created if it is missing. The new name is the old one and the
 * time. The end of a long name is replaced by a digest.
 *
 * @returns where it is now
 * @throws a system error
 */
export async function moveAside(file: string, folder: string): Promise<string> {
  const to = join(folder, fittingName(basename(file), `.${Date.now()}`));
  await makeFolders(folder, 0o700);
  await rename(file, to);
  return to;
}
