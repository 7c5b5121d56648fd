import { LibcniAggregateError } from './libcni-aggregate-error.js';
import type { LibcniError } from './libcni-error.js';
import { isOwnError } from './own-error.js';
import { PluginError } from './plugin-error.js';

/** Adds the errors of a rollback to the failure that caused it, as `rollbackErrors`. */
export function withRollbackErrors(failure: Error, rollbackErrors: readonly Error[]): Error {
  if (isOurs(failure)) return failure.with({ rollbackErrors });
  if (rollbackErrors.length === 0) return failure;
  return new LibcniAggregateError([failure, ...rollbackErrors], 'an operation and its rollback failed');
}

/** The same, in addition to errors of an earlier rollback. */
export function addRollbackErrors(failure: Error, added: readonly Error[]): Error {
  return withRollbackErrors(failure, isOurs(failure) ? [...failure.rollbackErrors, ...added] : added);
}

function isOurs(failure: Error): failure is PluginError | LibcniError {
  return failure instanceof PluginError || isOwnError(failure);
}
