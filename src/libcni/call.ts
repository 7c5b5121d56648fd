import { checkArgument, parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { addCircumstances } from '../errors/add-circumstances.js';
import type { Circumstances, Verb } from '../errors/circumstances.js';
import { containerIdSchema, gcArgsSchema, optionsSchema, runtimeConfSchema } from './call-fields.js';
import { listSchema, pluginSchema } from './conf/conf-fields.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { GcArgs } from './gc.js';
import type { RuntimeConf } from './runtime-conf.js';

/** A call. A key that is present stands for an argument of the call. */
export interface Call {
  readonly verb?: Verb;
  readonly list?: NetworkConfigList;
  readonly plugin?: PluginConfig;
  readonly pluginType?: string;
  readonly rt?: RuntimeConf;
  readonly gc?: GcArgs | undefined;
  /** Left out to mean all containers. */
  readonly containerId?: string | undefined;
  readonly options?: object | undefined;
}

/**
 * Parses the arguments of a call, drops those that are `null`, and runs the call with copies: the caller may change its
 * own meanwhile. Adds missing circumstances to its errors.
 */
export async function runCall<Given extends Call, Value>(
  call: Given,
  run: (given: Given) => Promise<Value>,
): Promise<Value> {
  const circumstances = circumstancesOfCall(call);
  try {
    return await run({ ...call, ...parseCall(call) });
  } catch (error) {
    throw addCircumstances(error, circumstances);
  }
}

/** The types rule errors out, but not every caller is checked by a compiler. */
function parseCall(call: Call): Omit<Call, 'verb' | 'plugin'> {
  if ('plugin' in call) checkArgument(pluginSchema(), call.plugin, 'plugin');
  return {
    ...('list' in call && { list: copyOf(checkArgument(listSchema(), call.list, 'list')) }),
    ...('rt' in call && { rt: parseArgument(runtimeConfSchema(), call.rt, 'rt') }),
    ...('gc' in call && { gc: parseArgument(gcArgsSchema(), call.gc ?? {}, 'args') }),
    ...('containerId' in call && {
      containerId: parseArgument(containerIdSchema(), call.containerId, 'containerId'),
    }),
    ...('options' in call && { options: parseOptions(optionsSchema(), call.options) }),
  };
}

/** Its plugins stay the same objects, by which the JSON made from them before is found again. */
function copyOf(list: NetworkConfigList): NetworkConfigList {
  const { name, cniVersion, disableCheck, disableGC, loadOnlyInlinedPlugins, plugins, bytes } = list;
  return { name, cniVersion, disableCheck, disableGC, loadOnlyInlinedPlugins, plugins: [...plugins], bytes };
}

function circumstancesOfCall({ verb, list, plugin, pluginType, rt }: Call): Circumstances {
  return {
    verb,
    plugin: text(pluginType ?? plugin?.network?.type),
    network: text(list?.name ?? plugin?.network?.name),
    containerId: text(rt?.containerId),
    ifName: text(rt?.ifName),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
