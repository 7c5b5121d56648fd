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
  /** The recordings that were not used yet; empty at the end of a test that makes every recorded call. */
  remaining(): readonly Recording[];
}

/**
 * Answers plugin calls from what {@link recordPlugins} wrote, without plugins or permissions. A call gets the first
 * unused recording of its plugin, verb, container and interface. Its configuration must be the recorded one.
 *
 * @throws LibcniError `ERR_CONF_NOT_FOUND` for a folder without recordings, `ERR_CONF_INVALID` for a file in it that is not
 * a recording. A call that was not recorded fails with `ERR_NOT_FOUND`, one with another configuration with
 * `ERR_CONFLICT`.
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
  const summary = `${describeCall(call)} has another configuration than was recorded: ${JSON.stringify(call.config)} instead of ${JSON.stringify(config)}`;
  return new LibcniError('ERR_CONFLICT', summary, { file, value: call.config });
}

function errorOf(error: Readonly<Record<string, unknown>>, pluginPath: string): Error {
  if (error.name === 'PluginError')
    return new PluginError({ ...(error as object as PluginErrorDetails), pluginPath });
  return new LibcniError(error.code as LibcniErrorCode, String(error.summary), { pluginPath });
}
