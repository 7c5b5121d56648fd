// Port of ExecPluginWithResult and ExecPluginWithoutResult in Go's pkg/invoke/exec.go.
import type { Circumstances, Verb } from '../errors/circumstances.js';
import type { PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { pluginEnvironment } from './exec/plugin-environment.js';
import { isStartFailure } from './exec/spawn-failure.js';
import { tracePluginRun } from './exec/trace-plugin-run.js';
import type { Operation } from './operation.js';
import { parsePluginResult } from './plugin-result.js';
import type { Result } from './result/types.js';
import type { RuntimeConf } from './runtime-conf.js';
import { withCircumstances } from './with-circumstances.js';

/** The verb and attachment that plugins run for. */
export interface VerbRunParts {
  readonly context: CniContext;
  readonly operation: Operation;
  readonly verb: Verb;
  readonly network: string;
  /** Absent for verbs without an attachment. */
  readonly rt?: RuntimeConf | undefined;
}

/** How to read the result of a plugin. */
export interface ResultOptions {
  /** The version of the configuration, assumed for a result without a version. */
  readonly confVersion: string;
  /** Called at the end of the run, failed or not, unless the plugin could not be started. */
  readonly onStart: () => void;
}

interface Reading<Value> {
  readonly read: (stdout: string) => Value | Promise<Value>;
  readonly onStart?: () => void;
  readonly dropsOutput?: boolean;
}

/** The plugin runs of one verb, which share their environment. */
export class VerbRun {
  readonly #parts: VerbRunParts;
  #env: Readonly<Record<string, string>> | undefined;

  constructor(parts: VerbRunParts) {
    this.#parts = parts;
  }

  /**
   * Runs one plugin of a verb without a result: its exit code counts, whatever it prints.
   *
   * @throws PluginError, LibcniError with all circumstances of the run.
   */
  async run(plugin: PluginConfig, stdin: string): Promise<void> {
    await this.#runAndRead(plugin, stdin, { read: () => {}, dropsOutput: true });
  }

  /**
   * Runs one plugin of a verb that has a result.
   *
   * @throws PluginError, LibcniError with all circumstances of the run.
   */
  async runForResult(plugin: PluginConfig, stdin: string, options: ResultOptions): Promise<Result> {
    const { confVersion, onStart } = options;
    const read = (stdout: string) => parsePluginResult(stdout, confVersion, this.#circumstances(plugin));
    return await this.#runAndRead(plugin, stdin, { read, onStart });
  }

  async #runAndRead<Value>(
    plugin: PluginConfig,
    stdin: string,
    { read, onStart, dropsOutput }: Reading<Value>,
  ): Promise<Value> {
    const { context, operation } = this.#parts;
    let circumstances = this.#circumstances(plugin);
    try {
      operation.next();
      const pluginPath = await context.exec.findInPath(plugin.network.type, context.path);
      circumstances = { ...circumstances, pluginPath };
      const env = this.#environment();
      const limits = { ...operation.next(), dropsOutput };
      const exec = () => context.exec.execPlugin(pluginPath, stdin, env, limits);
      return await tracePluginRun(circumstances, async () => read(await tellOfStart(exec, onStart)));
    } catch (error) {
      throw withCircumstances(error, circumstances);
    }
  }

  /** Frozen, since several plugins get it. */
  #environment(): Readonly<Record<string, string>> {
    const { context, operation, verb, rt } = this.#parts;
    const { path } = context;
    this.#env ??= Object.freeze(pluginEnvironment({ verb, rt, path, trace: operation.trace }));
    return this.#env;
  }

  #circumstances({ network: { type } }: PluginConfig): Circumstances {
    const { verb, network, rt: { containerId, ifName } = {} } = this.#parts;
    return { verb, plugin: type, network, containerId, ifName };
  }
}

/** Whether a plugin has started is known only when its run has ended. */
async function tellOfStart(exec: () => Promise<string>, onStart: (() => void) | undefined): Promise<string> {
  let hasStarted = true;
  try {
    return await exec();
  } catch (error) {
    hasStarted = !isStartFailure(error);
    throw error;
  } finally {
    if (hasStarted) onStart?.();
  }
}
