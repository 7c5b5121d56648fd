import { LibcniError, type LibcniErrorReason } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { SpawnError } from '../../platform/helper/spawn-error.js';
import { notExecutable } from './not-executable.js';

/** Why a plugin was not started, besides its file: it has no name, or the caller has cancelled. */
const BEFORE_START: readonly LibcniErrorReason[] = ['no-plugin-name', 'bad-plugin-name', 'not-started'];

/** Whether an error says that the plugin was not started at all, so that it has made nothing. */
export function isStartFailure(error: unknown): boolean {
  if (isOwnError(error)) {
    const { code, reason, cause } = error;
    const isUnusable = code === 'ERR_PLUGIN_NOT_FOUND' || code === 'ERR_PERMISSION';
    return (
      isUnusable || cause instanceof SpawnError || (reason !== undefined && BEFORE_START.includes(reason))
    );
  }
  return error instanceof PluginError && error.cause instanceof SpawnError;
}

/** The error for a plugin that could not be started; any other error stays as it is. */
export function describeSpawnFailure(error: unknown, pluginPath: string): unknown {
  if (!(error instanceof SpawnError)) return error;
  const details = { pluginPath, cause: error };
  // Errors of other steps than the start say nothing about the plugin.
  const code = ['execve', 'spawn'].includes(error.syscall) ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return notExecutable(pluginPath, error.code, details);
    case 'ENOENT':
      return new LibcniError(
        'ERR_PLUGIN_NOT_FOUND',
        `${pluginPath} cannot be started: it or its interpreter is missing`,
        { ...details, reason: 'interpreter-missing' },
      );
    default: {
      const msg = `${pluginPath} cannot be started: ${error.syscall}: ${error.code}`;
      return new PluginError({ reason: 'exec', msg, ...details });
    }
  }
}
