// Port of ConfFiles in Go's libcni/conf.go.

import { type Dirent, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import * as z from 'zod';
import { pathField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { codeForCause, codeOf, reasonOf } from '../../errors/system-error.js';

const extensionsField = lazy(() => z.array(z.string(), { error: 'must be an array such as [".conf"]' }));

/**
 * The files of a folder that have one of the extensions (with their dot), as full paths in byte order. Folders
 * are left out. A missing folder holds no files.
 *
 * @throws LibcniError `ERR_PERMISSION` or `ERR_CONF_INVALID` if the folder cannot be read or is not a folder.
 */
export async function confFiles(dir: string, extensions: readonly string[]): Promise<string[]> {
  parseArgument(pathField(), dir, 'dir');
  parseArgument(extensionsField(), extensions, 'extensions');
  return listConfFiles(dir, extensions);
}

/** The same for paths that are known to be paths. @throws LibcniError as {@link confFiles} does */
export function listConfFiles(dir: string, extensions: readonly string[]): string[] {
  // Joining each path would take as long as reading some of the files.
  const prefix = join(dir, '-').slice(0, -1);
  const files = readFolder(dir)
    .filter((entry) => !entry.isDirectory() && extensions.includes(extension(entry.name)))
    .map((entry) => prefix + entry.name);
  // The order of UTF-16 is that of bytes, except beside surrogates.
  return files.some((file) => /[\uD800-\uDFFF]/.test(file)) ? files.sort(byBytes) : files.sort();
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Everything from the last dot, as in Go: a file named `.conf` has that extension. */
function extension(name: string): string {
  return name.startsWith('.') && name.lastIndexOf('.') === 0 ? name : extname(name);
}

/** Read synchronously: most networks have no drop-in folder, and the check takes microseconds. */
function readFolder(dir: string): Dirent[] {
  try {
    const isThere = statSync(dir, { throwIfNoEntry: false }) !== undefined;
    return isThere ? readdirSync(dir, { withFileTypes: true }) : [];
  } catch (cause) {
    const errno = codeOf(cause);
    if (errno === 'ENOENT') return [];
    const summary = `configuration folder cannot be read: ${reasonOf(cause)}`;
    throw new LibcniError(codeForCause(cause, 'ERR_CONF_INVALID'), summary, { file: dir, cause });
  }
}
