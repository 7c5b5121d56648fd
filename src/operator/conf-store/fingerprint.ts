import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../errors/system-error.js';
import { mapLimited } from '../../files/map-limited.js';
import { folderIdentity } from './watch-targets.js';

const FILES_AT_A_TIME = 16;

/**
 * A string that changes with the folders: with the names, sizes, times and inodes of their entries. Links are followed.
 * No content is read.
 */
export async function fingerprint(folders: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (const folder of folders) {
    const names = await namesIn(folder);
    const stamps = await mapLimited(names, FILES_AT_A_TIME, (name) => stampOf(join(folder, name)));
    const entries = names.map((name, index) => `${name} ${stamps[index]}`);
    parts.push(`${folder} ${await folderIdentity(folder)}`, ...entries);
  }
  return parts.join('\0');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    return [errnoOf(error)];
  }
}

async function stampOf(file: string): Promise<string> {
  try {
    const stats = await stat(file, { bigint: true });
    // The content of a folder has a stamp of its own if it matters.
    if (stats.isDirectory()) return `folder ${stats.ino}`;
    return `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  } catch (error) {
    return errnoOf(error);
  }
}

function errnoOf(error: unknown): string {
  return codeOf(error) ?? String(error);
}
