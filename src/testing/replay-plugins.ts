import { isDeepStrictEqual } from 'node:util';
import {
  type Exec,
  LibcniError,
  type LibcniErrorCode,
  PluginError,
  type PluginErrorDetails,
} from '../index.js';
import { describeCall, type PluginCall, pluginCall } from './plugin-call.js';
import { type Recording, readRecordings } from './recording.js';

/** An `exec` that answers from recordings. */
export interface ReplayedPlugins extends Exec {
  /** The recordings that nobody has asked for yet; empty at the end of a test that does all that was recorded. */
  remaining(): readonly Recording[];
}

/**
 * Answers calls of plugins from what {@link recordPlugins} wrote, without plugins and without any right. A call gets the
 * first recording of its plugin, verb, container and interface that is left; its configuration must be the recorded one.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for a file in the folder that is no recording. Calls that were not recorded fail
 * with `ERR_NOT_FOUND`, those with another configuration with `ERR_CONFLICT`.
 */
export async function replayPlugins(folder: string): Promise<ReplayedPlugins> {
  const left = await readRecordings(folder);
  return {
    remaining: () => [...left],
    findInPath: async (plugin) => plugin,
    execPlugin: async (path, stdin, env) => {
      const call = pluginCall(path, stdin, env);
      const index = left.findIndex((one) => isOf(one, call));
      const [found] = index < 0 ? [] : left.splice(index, 1);
      if (found === undefined) throw notRecorded(call, { folder, left });
      if (!isDeepStrictEqual(found.config, call.config)) throw otherConfig(call, found, folder);
      if ('stdout' in found.outcome) return found.outcome.stdout;
      throw errorOf(found.outcome.error, path);
    },
  };
}

function isOf(recording: Recording, call: PluginCall): boolean {
  const keys = ['plugin', 'verb', 'containerId', 'ifName'] as const;
  return keys.every((key) => recording[key] === call[key]);
}

function notRecorded(
  call: PluginCall,
  { folder, left }: { folder: string; left: readonly Recording[] },
): LibcniError {
  const [next] = left;
  const hint =
    next === undefined
      ? 'no recording is left'
      : `the next one left is ${next.verb} of plugin ${next.plugin}`;
  return new LibcniError('ERR_NOT_FOUND', `no recording of ${describeCall(call)}; ${hint}`, { file: folder });
}

function otherConfig(call: PluginCall, { config }: Recording, file: string): LibcniError {
  const summary = `${describeCall(call)} reads another configuration than was recorded: ${JSON.stringify(call.config)} in place of ${JSON.stringify(config)}`;
  return new LibcniError('ERR_CONFLICT', summary, { file, value: call.config });
}

function errorOf(error: Readonly<Record<string, unknown>>, pluginPath: string): Error {
  if (error.name === 'PluginError')
    return new PluginError({ ...(error as object as PluginErrorDetails), pluginPath });
  return new LibcniError(error.code as LibcniErrorCode, String(error.summary), { pluginPath });
}
