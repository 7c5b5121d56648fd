import type { Circumstances } from './circumstances.js';
import { LibcniAggregateError } from './libcni-aggregate-error.js';
import { withMissingRight } from './missing-right.js';
import { isOwnError } from './own-error.js';
import { PluginError } from './plugin-error.js';

/**
 * An error of the library with the circumstances that it lacks; any other stays what it is, but for a right that the
 * system says is missing.
 */
export function addCircumstances(thrown: unknown, circumstances: Circumstances): unknown {
  const error = withMissingRight(thrown);
  const isOurs = error instanceof PluginError || isOwnError(error) || error instanceof LibcniAggregateError;
  return isOurs ? error.with(circumstances) : error;
}
