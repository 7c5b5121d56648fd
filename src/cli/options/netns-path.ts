import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { defaultNetnsFolder } from '../../netns/default-folder.js';
import { UsageError } from '../usage-error.js';

/** The absolute path of a namespace. A name without a slash is one of `netns ls`, or a file in the working folder. */
export function netnsPath(text: string, dir = defaultNetnsFolder()): string {
  if (text === '') throw new UsageError('the namespace must be a path or a name, not empty');
  if (text.includes('/') || existsSync(text)) return resolve(text);
  return join(resolve(dir), text);
}

/** The path without links in its folders: often, `/var/run/netns/web` is `/run/netns/web`. */
export function realPath(path: string): string {
  try {
    return join(realpathSync.native(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}
