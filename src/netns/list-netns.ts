import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { defaultNetnsFolder } from './default-folder.js';
import { isNetns } from './is-netns.js';
import type { NetnsOptions } from './netns-options.js';

/**
 * The paths of the namespaces in a folder, sorted. Files that hold none, such as those that a reboot left, are not in
 * it; a folder that is not there holds none.
 *
 * @param dir - the folder; the default one where it is left out
 */
export async function listNetns(dir = defaultNetnsFolder(), options: NetnsOptions = {}): Promise<string[]> {
  const folder = resolve(dir);
  const paths = (await readNames(folder)).sort().map((name) => join(folder, name));
  const found = await Promise.all(paths.map((path) => isNetns(path, options)));
  return paths.filter((_, index) => found[index]);
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new LibcniError('ERR_NETNS', 'namespaces cannot be listed', { file: folder, cause: error });
  }
}
