import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asError, hasCode } from '../errors/system-error.js';

/**
 * Creates a folder and its missing parents, one by one. With `recursive`, Node 20 never answers if the topmost cannot
 * exist, as in a working folder that was removed, or in `/proc`.
 *
 * @returns the first folder that was created; `undefined` if all existed
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
