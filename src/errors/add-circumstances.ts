import type { Circumstances } from './circumstances.js';
import { LibcniAggregateError } from './libcni-aggregate-error.js';
import { withMissingRight } from './missing-right.js';
import { isOwnError } from './own-error.js';
import { PluginError } from './plugin-error.js';

/**
 * Adds missing circumstances to an error of the library. Other errors stay as they are, except for the system's
 * "permission denied".
 */
export function addCircumstances(thrown: unknown, circumstances: Circumstances): unknown {
  const error = withMissingRight(thrown);
  const isOurs = error instanceof PluginError || isOwnError(error) || error instanceof LibcniAggregateError;
  return isOurs ? error.with(circumstances) : error;
}
