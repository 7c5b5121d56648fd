import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mapLimited } from '../../files/map-limited.js';

const FOLDERS_AT_A_TIME = 16;

/** A folder to watch. */
export interface WatchTarget {
  readonly folder: string;
  /** The only entry of the folder that matters. @default every entry does */
  readonly entry?: string;
}

/**
 * What to watch to notice changes of a folder: the folder itself, and its parent, where it can be replaced. Replacements
 * further up are left to the poll. For a missing folder, the nearest existing ancestor, for the next step down to it.
 */
export async function targetsOf(folder: string): Promise<WatchTarget[]> {
  const parent = dirname(folder);
  if (parent === folder) return [{ folder }];
  const inParent = { folder: parent, entry: basename(folder) };
  if (await isFolder(folder)) return [{ folder }, inParent];
  return (await isFolder(parent)) ? [inParent] : await targetsOf(parent);
}

/** The direct subfolders of a folder, links included; none if it cannot be read. */
export async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const candidates = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const paths = candidates.map(({ name }) => join(folder, name));
  const areFolders = await mapLimited(paths, FOLDERS_AT_A_TIME, isFolder);
  return paths.filter((_, index) => areFolders[index]).sort();
}

/**
 * Tells a folder from one that replaced it; `undefined` if there is none. Includes the creation time, because file
 * systems reuse the inode of a removed folder.
 */
export async function folderIdentity(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch {
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
