import type { Circumstances } from '../errors/circumstances.js';
import { isOwnError } from '../errors/own-error.js';
import { PluginError } from '../errors/plugin-error.js';
import { asError } from '../errors/system-error.js';

/** The error with the circumstances it lacks; what a custom `Exec` throws becomes the cause of a `PluginError`. */
export function withCircumstances(error: unknown, circumstances: Circumstances): Error {
  if (error instanceof PluginError || isOwnError(error)) return error.with(circumstances);
  const msg = asError(error).message;
  return new PluginError({ reason: 'exec', msg, cause: error, ...circumstances });
}
