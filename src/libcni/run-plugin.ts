// Port of ExecPluginWithResult and ExecPluginWithoutResult in Go's pkg/invoke/exec.go.
import type { Circumstances, Verb } from '../errors/circumstances.js';
import { LibcniError } from '../errors/libcni-error.js';
import { PluginError } from '../errors/plugin-error.js';
import type { PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { pluginEnvironment } from './exec/plugin-environment.js';
import { findReportedError } from './exec/reported-error.js';
import { tracePluginRun } from './exec/trace-plugin-run.js';
import type { Operation } from './operation.js';
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
 * Runs one plugin and yields what it printed.
 *
 * @throws PluginError, LibcniError with all circumstances of the run.
 */
export async function runPlugin(context: CniContext, run: PluginRun, operation: Operation): Promise<string> {
  let circumstances = circumstancesOf(run);
  try {
    operation.next();
    const pluginPath = await context.exec.findInPath(run.plugin.network.type, context.path);
    circumstances = { ...circumstances, pluginPath };
    const env = pluginEnvironment({ ...run, path: context.path, trace: operation.trace });
    const limits = operation.next();
    run.onStart?.();
    const execute = () => context.exec.execPlugin(pluginPath, run.stdin, env, limits);
    return refuseReportedError(await tracePluginRun(circumstances, execute));
  } catch (error) {
    throw withCircumstances(error, circumstances);
  }
}

export function circumstancesOf({ verb, plugin, network, rt }: Omit<PluginRun, 'stdin'>): Circumstances {
  const { containerId, ifName } = rt ?? {};
  return { verb, plugin: plugin.network.type, network, containerId, ifName };
}

/** The error with the circumstances it lacks; what a custom `Exec` throws becomes the cause of a `PluginError`. */
export function withCircumstances(error: unknown, circumstances: Circumstances): Error {
  if (error instanceof PluginError || error instanceof LibcniError) return error.with(circumstances);
  const msg = error instanceof Error ? error.message : String(error);
  return new PluginError({ reason: 'exec', msg, cause: error, ...circumstances });
}

/** Some plugins print an error and exit with 0. */
function refuseReportedError(stdout: string): string {
  const reported = findReportedError(stdout);
  if (reported === undefined) return stdout;
  throw new PluginError({ reason: 'reported', ...reported, exitCode: 0, stdout });
}
