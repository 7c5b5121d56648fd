import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fittingName } from './fitting-name.js';
import { makeFolders } from './make-folders.js';

/**
 * Moves a file that is in the way into a folder, which is made where it is not there. Its name there is the old one and
 * the time; a long one is cut, with a digest in place of its end.
 *
 * @returns where it is now
 * @throws Error of the system
 */
export async function moveAside(file: string, folder: string): Promise<string> {
  const to = join(folder, fittingName(basename(file), `.${Date.now()}`));
  await makeFolders(folder, 0o700);
  await rename(file, to);
  return to;
}
