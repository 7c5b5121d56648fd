import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asError, hasCode } from '../errors/system-error.js';

/**
 * Makes a folder and those above it that are missing, one by one: with `recursive`, Node 20 never answers where the
 * topmost of them cannot be there, as in a working folder that is gone or in `/proc`.
 *
 * @returns the first folder that was made; `undefined` where it was there already
 */
export async function makeFolders(folder: string, mode: number): Promise<string | undefined> {
  const failure = await attempt(folder, mode);
  if (failure === undefined) return folder;
  if (await isFolder(folder)) return undefined;
  const parent = dirname(folder);
  if (!hasCode(failure, 'ENOENT') || parent === folder) throw failure;
  const first = await makeFolders(parent, mode);
  const again = await attempt(folder, mode);
  if (again !== undefined && !(await isFolder(folder))) throw again;
  return first ?? (again === undefined ? folder : undefined);
}

async function attempt(folder: string, mode: number): Promise<Error | undefined> {
  try {
    await mkdir(folder, { mode });
    return undefined;
  } catch (error) {
    return asError(error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
