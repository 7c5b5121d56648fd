import { resolve } from 'node:path';
import { invalidArgument } from '../errors/invalid-argument.js';

/** The kernel's limit, without the NUL at the end. */
const MAX_BYTES = 107;

/** The absolute path of a Unix socket. @throws LibcniError `ERR_CONF_INVALID` if it is too long for one */
export function socketPath(socket: string, argument: string): string {
  const path = resolve(socket);
  if (Buffer.byteLength(path) <= MAX_BYTES) return path;
  throw invalidArgument(argument, `a path of at most ${MAX_BYTES} bytes, with its folder`, path);
}
