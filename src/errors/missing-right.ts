import { LibcniError } from './libcni-error.js';
import { codeForCause, reasonOf } from './system-error.js';

/**
 * What went wrong in a public call. An error of the system for a right that is missing has a code of its own, and says
 * which file it is and what to do; any other error stays what it is.
 */
export function withMissingRight(error: unknown): unknown {
  if (error instanceof LibcniError || codeForCause(error, 'ERR_CACHE') !== 'ERR_PERMISSION') return error;
  const path: unknown = Reflect.get(Object(error), 'path');
  const file = typeof path === 'string' ? path : undefined;
  const summary = `a right is missing: ${reasonOf(error)}`;
  return new LibcniError('ERR_PERMISSION', summary, { file, value: file, cause: error });
}

/** Runs the work of a public call. @throws LibcniError `ERR_PERMISSION` where a right is missing */
export async function namingRights<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw withMissingRight(error);
  }
}
