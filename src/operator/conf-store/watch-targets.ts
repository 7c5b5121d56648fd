import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mapLimited } from '../../files/map-limited.js';

const FOLDERS_AT_A_TIME = 16;

/** A folder to be watched. */
export interface WatchTarget {
  readonly folder: string;
  /** The only entry of the folder that matters. @default every entry does */
  readonly entry?: string;
}

/**
 * What to watch so that changes of a folder are noticed: itself, and its parent, in which it can be replaced. What is
 * replaced further up is left to the poll. Of a folder that is not there, the nearest one above it that is, for the next step down to it.
 */
export async function targetsOf(folder: string): Promise<WatchTarget[]> {
  const parent = dirname(folder);
  if (parent === folder) return [{ folder }];
  const inParent = { folder: parent, entry: basename(folder) };
  if (await isFolder(folder)) return [{ folder }, inParent];
  return (await isFolder(parent)) ? [inParent] : await targetsOf(parent);
}

/** The folders right inside a folder, links to folders included; none where it cannot be read. */
export async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const candidates = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const paths = candidates.map(({ name }) => join(folder, name));
  const areFolders = await mapLimited(paths, FOLDERS_AT_A_TIME, isFolder);
  return paths.filter((_, index) => areFolders[index]).sort();
}

/**
 * Tells a folder from another one that took its place; `undefined` where there is none. The time of birth is
 * part of it, because file systems give the number of a removed folder to the next one.
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
