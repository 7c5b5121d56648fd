import { LibcniError } from '../../errors/libcni-error.js';
import { PluginError } from '../../errors/plugin-error.js';
import { SpawnError } from '../../helper/spawn-error.js';

/** The error for a plugin that could not be started; any other error stays what it is. */
export function describeSpawnFailure(error: unknown, pluginPath: string): unknown {
  if (!(error instanceof SpawnError)) return error;
  const details = { pluginPath, cause: error };
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return new LibcniError('ERR_PERMISSION', `${pluginPath} may not be executed: ${error.code}`, {
        ...details,
        reason: 'plugin-not-executable',
      });
    case 'ENOENT':
      return new LibcniError(
        'ERR_PLUGIN_NOT_FOUND',
        `${pluginPath} cannot be started: it or its interpreter is not there`,
        { ...details, reason: 'interpreter-missing' },
      );
    default: {
      const msg = `${pluginPath} cannot be started: ${error.syscall} failed with ${error.code}`;
      return new PluginError({ reason: 'exec', msg, ...details });
    }
  }
}
