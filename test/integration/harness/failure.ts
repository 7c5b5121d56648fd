import { LibcniError, PluginError } from '../../../src/index.js';

/** The error that an operation rejects with; throws when it succeeds. */
export async function failure(operation: Promise<unknown>): Promise<unknown> {
  const outcome = await operation.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
}

/** As `failure`, where a plugin has to be the one that reports it. */
export async function pluginFailure(operation: Promise<unknown>): Promise<PluginError> {
  const error = await failure(operation);
  if (error instanceof PluginError) return error;
  throw error;
}

/** As `failure`, where the library has to be the one that reports it. */
export async function libcniFailure(operation: Promise<unknown>): Promise<LibcniError> {
  const error = await failure(operation);
  if (error instanceof LibcniError) return error;
  throw error;
}
