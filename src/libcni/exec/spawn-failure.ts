import { LibcniError, type LibcniErrorReason } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { SpawnError } from '../../platform/helper/spawn-error.js';
import { notExecutable } from './not-executable.js';

/** What keeps a plugin from being started, besides its file: no name to look for, or the caller. */
const BEFORE_START: readonly LibcniErrorReason[] = ['no-plugin-name', 'bad-plugin-name', 'not-started'];

/** Whether an error of a plugin's run says that the plugin was not started at all, and so has made nothing. */
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

/** The error for a plugin that could not be started; any other error stays what it is. */
export function describeSpawnFailure(error: unknown, pluginPath: string): unknown {
  if (!(error instanceof SpawnError)) return error;
  const details = { pluginPath, cause: error };
  // Anything else than the start itself says nothing about the plugin.
  const code = ['execve', 'spawn'].includes(error.syscall) ? error.code : undefined;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return notExecutable(pluginPath, error.code, details);
    case 'ENOENT':
      return new LibcniError(
        'ERR_PLUGIN_NOT_FOUND',
        `${pluginPath} cannot be started: it or its interpreter is not there`,
        { ...details, reason: 'interpreter-missing' },
      );
    default: {
      const msg = `${pluginPath} cannot be started: ${error.syscall}: ${error.code}`;
      return new PluginError({ reason: 'exec', msg, ...details });
    }
  }
}
