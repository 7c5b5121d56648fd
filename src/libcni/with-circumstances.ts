import type { Circumstances } from '../errors/circumstances.js';
import { isOwnError } from '../errors/own-error.js';
import { PluginError } from '../errors/plugin-error.js';
import { asError } from '../errors/system-error.js';

/** Adds missing circumstances. An error thrown by a custom `Exec` becomes the cause of a `PluginError`. */
export function withCircumstances(error: unknown, circumstances: Circumstances): Error {
  if (error instanceof PluginError || isOwnError(error)) return error.with(circumstances);
  const msg = asError(error).message;
  return new PluginError({ reason: 'exec', msg, cause: error, ...circumstances });
}
