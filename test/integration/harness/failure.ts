import { LibcniError, PluginError } from '../../../src/index.js';

/** The error that an operation rejects with. Throws if it succeeds. */
export async function failure(operation: Promise<unknown>): Promise<unknown> {
  const outcome = await operation.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
}

/** Like `failure`, but a plugin must have reported the error. */
export async function pluginFailure(operation: Promise<unknown>): Promise<PluginError> {
  const error = await failure(operation);
  if (error instanceof PluginError) return error;
  throw error;
}

/** Like `failure`, but the library must have reported the error. */
export async function libcniFailure(operation: Promise<unknown>): Promise<LibcniError> {
  const error = await failure(operation);
  if (error instanceof LibcniError) return error;
  throw error;
}
