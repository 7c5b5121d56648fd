// Port of Args.AsEnv in Go's pkg/invoke/args.go and injectTraceContext in raw_exec.go.
import type { Verb } from '../../errors/circumstances.js';
import { formatCniArgs, handOnCniArgs, type RuntimeConf } from '../runtime-conf.js';
import type { TraceContext } from './trace-context.js';
import { traceEnvironment } from './trace-context.js';

/** What the environment of a plugin is made of. */
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

/** VERSION is asked with values that plugins of the oldest versions insist on. */
export function versionEnvironment(trace?: TraceContext): Record<string, string> {
  const rt = { containerId: '', netns: 'dummy', ifName: 'dummy' };
  return pluginEnvironment({ verb: 'VERSION', rt, path: ['dummy'], trace });
}

/** Reading the variables one by one, by names that are not filtered first, takes half the time of a spread. */
function hostEnvironment(): Record<string, string> {
  // Without a prototype, a variable called `__proto__` is one like any other.
  const env: Record<string, string> = Object.create(null);
  const host = process.env;
  for (const name of Object.getOwnPropertyNames(host)) env[name] = host[name] ?? '';
  return env;
}
