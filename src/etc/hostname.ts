import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { readEtcFile } from './read-etc-file.js';
import { type EtcFileOptions, rewriteInPlace } from './rewrite-in-place.js';
import { fileField, fileOptionsSchema, hostNameField } from './schemas.js';

/** The longest host name that the kernel accepts. */
const LONGEST_HOSTNAME = 64;

const hostnameField = lazy(() =>
  hostNameField().refine((name) => name.length <= LONGEST_HOSTNAME, {
    error: `must be a host name of at most ${LONGEST_HOSTNAME} characters`,
  }),
);

/**
 * Writes the file `hostname` of a container in place, or creates it.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_LOCKED`, `ERR_ABORTED`, `ERR_PERMISSION`
 */
export async function writeHostname(file: string, hostname: string, options?: EtcFileOptions): Promise<void> {
  const path = parseArgument(fileField(), file, 'file');
  const name = parseArgument(hostnameField(), hostname, 'hostname');
  const limits = parseOptions(fileOptionsSchema(), options);
  await rewriteInPlace(path, () => `${name}\n`, { ...limits, create: true });
}

/**
 * The name in a file `hostname`: its first line that is not a comment.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_PERMISSION`, `ERR_CONF_INVALID`, `ERR_CACHE`
 */
export async function readHostname(file: string): Promise<string | undefined> {
  const lines = readEtcFile(parseArgument(fileField(), file, 'file'))
    .split('\n')
    .map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#'));
}
