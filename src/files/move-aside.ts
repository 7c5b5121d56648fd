import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeFolders } from './make-folders.js';

const MAX_NAME_BYTES = 255;

/**
 * Moves a file that is in the way into a folder, which is made where it is not there. Its name there is the old one and
 * the time; a long one is cut, with a digest in place of its end.
 *
 * @returns where it is now
 * @throws Error of the system
 */
export async function moveAside(file: string, folder: string): Promise<string> {
  const to = join(folder, nameAside(basename(file)));
  await makeFolders(folder, 0o700);
  await rename(file, to);
  return to;
}

function nameAside(name: string): string {
  const time = `.${Date.now()}`;
  if (Buffer.byteLength(name) + time.length <= MAX_NAME_BYTES) return `${name}${time}`;
  const end = `.${createHash('sha256').update(name).digest('hex').slice(0, 16)}${time}`;
  return `${startOf(name, MAX_NAME_BYTES - end.length)}${end}`;
}

/** As many whole characters as fit. */
function startOf(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\ufffd$/, '');
}
