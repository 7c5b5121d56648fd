import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The absolute path of a program: the given path, or the first of that name on `PATH` and in system folders. */
export function findExecutable(program: string): string | undefined {
  if (program.includes('/')) return isExecutable(program) ? resolve(program) : undefined;
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(resolve(folder), program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
