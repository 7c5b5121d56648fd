import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { type Exec, type ExecOptions, LibcniError, PluginError } from '../index.js';
import { parseOptions } from './parse-options.js';
import { pluginCall } from './plugin-call.js';
import { type RecordedOutcome, recordingFiles, recordingName } from './recording.js';

/** How to record runs. */
export interface RecordPluginsOptions {
  /** Runs the plugins: `new HelperExec()`, for example. */
  readonly exec: Exec;
  /** Where the recordings go. Created if it is missing; old recordings are removed. */
  readonly folder: string;
}

const optionsSchema = lazy(
  () =>
    z.strictObject({
      exec: z.custom<Exec>(
        (value) => typeof Reflect.get(Object(value), 'execPlugin') === 'function',
        'must be an Exec, with execPlugin() and findInPath()',
      ),
      folder: z.string().min(1),
    }) satisfies z.ZodType<RecordPluginsOptions>,
);

/**
 * An `exec` that runs real plugins and records each run for {@link replayPlugins}: the plugin, the verb, the
 * attachment, the plugin's input and how it ended. Nothing else of the environment is recorded.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export async function recordPlugins(options: RecordPluginsOptions): Promise<Exec> {
  const { exec, folder } = parseOptions(optionsSchema(), options);
  await mkdir(folder, { recursive: true });
  for (const name of await recordingFiles(folder)) await rm(join(folder, name));
  return new RecordingExec(exec, folder);
}

class RecordingExec implements Exec {
  readonly #exec: Exec;
  readonly #folder: string;
  #count = 0;

  constructor(exec: Exec, folder: string) {
    this.#exec = exec;
    this.#folder = folder;
  }

  async execPlugin(
    path: string,
    stdin: string,
    env: Readonly<Record<string, string>>,
    options: ExecOptions,
  ): Promise<string> {
    const { plugin, verb, containerId, ifName, config } = pluginCall(path, stdin, env);
    this.#count += 1;
    const file = join(this.#folder, recordingName(this.#count, { verb, plugin }));
    const record = async (outcome: RecordedOutcome) => {
      const recording = { plugin, verb, containerId, ifName, config, outcome };
      await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`);
    };
    try {
      const stdout = await this.#exec.execPlugin(path, stdin, env, options);
      await record({ stdout });
      return stdout;
    } catch (error) {
      if (error instanceof LibcniError) await record({ error: recordedError(error) });
      throw error;
    }
  }

  findInPath(plugin: string, paths: readonly string[]): Promise<string> {
    return this.#exec.findInPath(plugin, paths);
  }
}

/** Writes an error so that {@link replayPlugins} can make the same error again. */
function recordedError(error: LibcniError | PluginError): Record<string, unknown> {
  if (!(error instanceof PluginError)) return { code: error.code, summary: error.summary };
  const { name, reason, code, msg, details, exitCode, signal, stdout, stderr } = error;
  return { name, reason, code, msg, details, exitCode, signal, stdout, stderr };
}
