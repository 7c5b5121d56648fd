import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned } from '../files/temporary-name.js';
import type { OperatorContext } from './context.js';

/** Removes the temporary files of processes that ended before they could rename them. One that stays does no harm. */
export async function removeTemporaries({ cacheDir, journal }: OperatorContext): Promise<void> {
  for (const folder of [cacheDir, journal.tempFolder]) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) await removeIfAbandoned(folder, name).catch(() => {});
  }
}

async function removeIfAbandoned(folder: string, name: string): Promise<void> {
  const file = join(folder, name);
  const { mtimeMs } = await stat(file);
  if (isAbandoned(name, mtimeMs)) await unlink(file);
}
