import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperatorContext } from './context.js';

const TEMPORARY = /^\.tmp-(\d+)-/;

/** Removes the temporary files of processes that ended before they could rename them. */
export async function removeTemporaries({ cacheDir, journal }: OperatorContext): Promise<void> {
  for (const folder of [cacheDir, journal.tempFolder]) {
    for (const name of await readdir(folder).catch(() => [])) {
      const pid = TEMPORARY.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) await unlink(join(folder, name)).catch(() => {});
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
