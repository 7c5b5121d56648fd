import { LibcniError } from './libcni-error.js';
import { codeForCause, reasonOf } from './system-error.js';

/**
 * Turns "permission denied" of the system into `ERR_PERMISSION`, which names the file and says what to do. Any other
 * error stays as it is.
 */
export function withMissingRight(error: unknown): unknown {
  if (error instanceof LibcniError || codeForCause(error, 'ERR_CACHE') !== 'ERR_PERMISSION') return error;
  const path: unknown = Reflect.get(Object(error), 'path');
  const file = typeof path === 'string' ? path : undefined;
  const summary = `a permission is missing: ${reasonOf(error)}`;
  return new LibcniError('ERR_PERMISSION', summary, { file, value: file, cause: error });
}

/**
 * Turns any refusal of the system into an error of the library, with the system's error as its cause. Other errors stay
 * as they are.
 */
export function withOwnClass(error: unknown): unknown {
  const known = withMissingRight(error);
  if (known instanceof LibcniError || !(error instanceof Error) || !('syscall' in error)) return known;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const summary = `the system refused: ${reasonOf(error)}`;
  return new LibcniError('ERR_CACHE', summary, { file: path, value: path, cause: error });
}

/**
 * Runs the work of a public call.
 *
 * @throws LibcniError `ERR_PERMISSION` if a permission is missing, `ERR_CACHE` for any other refusal of the system
 */
export async function namingRights<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw withOwnClass(error);
  }
}
