import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { FileLockOptions } from '../files/with-file-lock.js';
import { parseCall } from './parse-call.js';
import { rewriteInPlace } from './rewrite-in-place.js';
import { fileField, hostNameField, limitsField } from './schemas.js';

/** What the kernel takes as the name of a host. */
const LONGEST_HOSTNAME = 64;

const callField = z.strictObject({
  file: fileField,
  hostname: hostNameField.refine((name) => name.length <= LONGEST_HOSTNAME, {
    error: `must be a host name of at most ${LONGEST_HOSTNAME} characters`,
  }),
  ...limitsField,
});

/**
 * Writes the file `hostname` of a container, in place; it is made where it is not there.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function writeHostname(
  file: string,
  hostname: string,
  options?: FileLockOptions,
): Promise<void> {
  const parsed = parseCall('writeHostname', callField, { ...options, file, hostname });
  await rewriteInPlace(parsed.file, () => `${parsed.hostname}\n`, { ...parsed, create: true });
}

/** The name in a file `hostname`: its first line that is no comment. @throws Error of the system */
export async function readHostname(file: string): Promise<string | undefined> {
  const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#'));
}
