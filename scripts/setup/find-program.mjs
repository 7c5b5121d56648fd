import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The path of a program, or `undefined`. It also searches the `sbin` folders, which `PATH` lacks for most users who are not
 * root.
 *
 * @param {string} name
 */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return findExecutable(name, [...folders, ...systemFolders]);
}

/**
 * The path of the first executable file of that name in these folders, or `undefined`.
 *
 * @param {string} name
 * @param {readonly string[]} folders
 */
export function findExecutable(name, folders) {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
