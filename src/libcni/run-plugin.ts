// Port of ExecPluginWithResult and ExecPluginWithoutResult in Go's pkg/invoke/exec.go.
import type { Circumstances, Verb } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { PluginError } from '../errors/plugin-error.js';
import type { PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { pluginEnvironment } from './exec/plugin-environment.js';
import { refuseReportedError } from './exec/reported-error.js';
import { tracePluginRun } from './exec/trace-plugin-run.js';
import type { Operation } from './operation.js';
import { parsePluginResult } from './plugin-result.js';
import type { Result } from './result/types.js';
import type { RuntimeConf } from './runtime-conf.js';

/** One plugin run of an operation. */
export interface PluginRun {
  readonly verb: Verb;
  readonly plugin: PluginConfig;
  readonly network: string;
  /** Absent for the verbs that are not about one attachment. */
  readonly rt?: RuntimeConf | undefined;
  readonly stdin: string;
  /** Called when the plugin has been found and is about to be started. */
  readonly onStart?: () => void;
}

/**
 * Runs one plugin of a verb that has no result.
 *
 * @throws PluginError, LibcniError with all circumstances of the run.
 */
export async function runPlugin(context: CniContext, run: PluginRun, operation: Operation): Promise<void> {
  await runAndRead(context, run, operation, (stdout) => refuseReportedError(stdout));
}

/** A run that yields a result. */
export interface ResultRun extends PluginRun {
  /** The version of the configuration, which a result that names none is of. */
  readonly confVersion: string;
}

/**
 * Runs one plugin of a verb that has a result.
 *
 * @throws PluginError, LibcniError with all circumstances of the run.
 */
export async function runPluginForResult(
  context: CniContext,
  run: ResultRun,
  operation: Operation,
): Promise<Result> {
  const read = (stdout: string) => parsePluginResult(stdout, run.confVersion, circumstancesOf(run));
  return await runAndRead(context, run, operation, read);
}

async function runAndRead<Value>(
  context: CniContext,
  run: PluginRun,
  operation: Operation,
  read: (stdout: string) => Value,
): Promise<Value> {
  let circumstances = circumstancesOf(run);
  try {
    operation.next();
    const pluginPath = await context.exec.findInPath(run.plugin.network.type, context.path);
    circumstances = { ...circumstances, pluginPath };
    const env = pluginEnvironment({ ...run, path: context.path, trace: operation.trace });
    const limits = operation.next();
    run.onStart?.();
    return await tracePluginRun(circumstances, async () =>
      read(await context.exec.execPlugin(pluginPath, run.stdin, env, limits)),
    );
  } catch (error) {
    throw withCircumstances(error, circumstances);
  }
}

function circumstancesOf({ verb, plugin, network, rt }: Omit<PluginRun, 'stdin'>): Circumstances {
  const { containerId, ifName } = rt ?? {};
  return { verb, plugin: plugin.network.type, network, containerId, ifName };
}

/** The error with the circumstances it lacks; what a custom `Exec` throws becomes the cause of a `PluginError`. */
export function withCircumstances(error: unknown, circumstances: Circumstances): Error {
  if (error instanceof PluginError || error instanceof LibcniError) return error.with(circumstances);
  const msg = error instanceof Error ? error.message : String(error);
  return new PluginError({ reason: 'exec', msg, cause: error, ...circumstances });
}
