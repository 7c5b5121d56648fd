import type { Verb } from '../errors/circumstances.js';
import { readCachedResult } from './cache/read-cache.js';
import { injectIntoText } from './conf/inject-conf.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { CniContext } from './context.js';
import { pluginEnvironment, versionEnvironment } from './exec/plugin-environment.js';
import { type GcArgs, gcValues } from './gc.js';
import { validateNetworkName } from './names.js';
import { pluginStdin } from './plugin-stdin.js';
import { type RuntimeConf, validateAttachment } from './runtime-conf.js';
import { isAtLeast } from './version.js';
import { VERSION_STDIN } from './version-info.js';

/** What one plugin would be given. */
export interface PlannedRun {
  readonly verb: Verb;
  readonly plugin: string;
  /** The plugin's executable. */
  readonly path: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The JSON text on standard input. */
  readonly stdin: string;
  /** Whether `stdin` will also hold a `prevResult` that only the plugin before this one can yield. */
  readonly awaitsPrevResult: boolean;
}

/** What a plan is made from. */
export interface PlanRequest {
  readonly verb: Verb;
  readonly list: NetworkConfigList;
  /** The attachment; needed for ADD, CHECK and DEL. */
  readonly rt?: RuntimeConf | undefined;
  /** For GC. @default no valid attachment */
  readonly gc?: GcArgs | undefined;
}

/** The runs that a verb would make of a list, in their order. Nothing is run. */
export async function planNetworkList(context: CniContext, request: PlanRequest): Promise<PlannedRun[]> {
  const { verb, list } = request;
  validate(request);
  const texts = await stdinTexts(context, request);
  const runs = await Promise.all(
    list.plugins.map(async (plugin, index) => ({
      verb,
      plugin: plugin.network.type,
      path: await context.exec.findInPath(plugin.network.type, context.path),
      env: environment(context, request),
      stdin: texts(plugin),
      awaitsPrevResult: verb === 'ADD' && index > 0,
    })),
  );
  return verb === 'DEL' ? runs.reverse() : runs;
}

const ATTACHMENT_VERBS: readonly Verb[] = ['ADD', 'CHECK', 'DEL'];

function validate({ verb, list, rt }: PlanRequest): void {
  if (ATTACHMENT_VERBS.includes(verb)) {
    validateAttachment(list.name, rt ?? { containerId: '', netns: '', ifName: '' });
  } else validateNetworkName(list.name);
}

function environment({ path }: CniContext, { verb, rt }: PlanRequest): Record<string, string> {
  if (verb === 'VERSION') return versionEnvironment();
  return pluginEnvironment({ verb, path, rt: ATTACHMENT_VERBS.includes(verb) ? rt : undefined });
}

const NONE_VALID: GcArgs = { validAttachments: [] };

async function stdinTexts(
  context: CniContext,
  { verb, list, rt, gc = NONE_VALID }: PlanRequest,
): Promise<(plugin: PluginConfig) => string> {
  if (verb === 'VERSION') return () => VERSION_STDIN;
  if (verb === 'GC') return (plugin) => injectIntoText(plugin, gcValues(list, gc));
  if (verb === 'STATUS' || rt === undefined) return (plugin) => pluginStdin(plugin, list);
  const cached = verb !== 'ADD' && isAtLeast(list.cniVersion, '0.4.0');
  const lookup = { network: list.name, cniVersion: list.cniVersion, rt };
  const prevResult = cached ? await readCachedResult(context, lookup) : undefined;
  return (plugin) => pluginStdin(plugin, { ...list, prevResult, rt });
}
