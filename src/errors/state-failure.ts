import { LibcniError, type LibcniErrorDetails } from './libcni-error.js';
import { isOwnError } from './own-error.js';
import { codeForCause, reasonOf } from './system-error.js';

/** Where a state file failed, and why. */
interface StateFailureDetails extends LibcniErrorDetails {
  readonly cause: unknown;
}

/**
 * The error for a state file or folder that cannot be used: `ERR_PERMISSION` if a permission is missing, else
 * `ERR_CACHE`. An error of the library itself stays as it is.
 *
 * @param summary - what cannot be done; the reason is added
 */
export function stateFailure(summary: string, details: StateFailureDetails): LibcniError {
  const { cause } = details;
  if (isOwnError(cause)) return cause;
  return new LibcniError(codeForCause(cause, 'ERR_CACHE'), `${summary}: ${reasonOf(cause)}`, details);
}
