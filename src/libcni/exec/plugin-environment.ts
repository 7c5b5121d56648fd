// Port of Args.AsEnv in Go's pkg/invoke/args.go and injectTraceContext in raw_exec.go.
import type { Verb } from '../../errors/circumstances.js';
import { formatCniArgs, handOnCniArgs, type RuntimeConf } from '../runtime-conf.js';
import type { TraceContext } from './trace-context.js';
import { traceEnvironment } from './trace-context.js';

/** The input for the environment of a plugin. */
export interface EnvironmentParts {
  readonly verb: Verb;
  readonly rt?: RuntimeConf | undefined;
  /** Plugin folders. */
  readonly path: readonly string[];
  readonly trace?: TraceContext | undefined;
}

/** The environment of this process, then `CNI_*`, then the trace context; later ones win. */
export function pluginEnvironment({ verb, rt, path, trace }: EnvironmentParts): Record<string, string> {
  return Object.assign(hostEnvironment(), {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: rt?.containerId ?? '',
    CNI_NETNS: rt?.netns ?? '',
    CNI_ARGS: verb === 'ADD' ? formatCniArgs(rt?.args) : handOnCniArgs(rt?.args),
    CNI_IFNAME: rt?.ifName ?? '',
    CNI_PATH: path.join(':'),
    ...traceEnvironment(trace),
  });
}

/** VERSION gets values that the oldest plugins insist on. */
export function versionEnvironment(trace?: TraceContext): Record<string, string> {
  const rt = { containerId: '', netns: 'dummy', ifName: 'dummy' };
  return pluginEnvironment({ verb: 'VERSION', rt, path: ['dummy'], trace });
}

/** Copying the variables one by one takes half the time of a spread. */
function hostEnvironment(): Record<string, string> {
  // Without a prototype, a variable called `__proto__` is like any other.
  const env: Record<string, string> = Object.create(null);
  const host = process.env;
  for (const name of Object.getOwnPropertyNames(host)) env[name] = host[name] ?? '';
  return env;
}
