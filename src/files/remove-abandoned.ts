import { lstat, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned } from './temporary-name.js';

/**
 * Removes the temporary files of processes that ended before they could rename them. A file that stays does no harm,
 * so failures are ignored.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await removeIfAbandoned(folder, name).catch(() => {});
}

async function removeIfAbandoned(folder: string, name: string): Promise<void> {
  if (!name.startsWith('.tmp-')) return;
  const file = join(folder, name);
  const { mtimeMs } = await lstat(file);
  if (isAbandoned(name, mtimeMs)) await unlink(file);
}
