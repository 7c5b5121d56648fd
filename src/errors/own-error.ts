import { LibcniError } from './libcni-error.js';

/**
 * Whether it is an error of the library itself, with a code such as `ERR_CACHE`. Plugin reports, aggregates and steps
 * that the system refused have classes of their own.
 */
export function isOwnError(error: unknown): error is LibcniError {
  return error instanceof LibcniError && error.name === 'LibcniError';
}
