import { LibcniError } from './libcni-error.js';

/**
 * Whether it is an error that the library itself found and told of: one with a code such as `ERR_CACHE`. What a plugin
 * reported, what stands for several errors, and a step that the system refused are told apart from it by their classes.
 */
export function isOwnError(error: unknown): error is LibcniError {
  return error instanceof LibcniError && error.name === 'LibcniError';
}
