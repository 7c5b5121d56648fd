import { checkArgument, parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { addCircumstances } from '../errors/add-circumstances.js';
import type { Circumstances, Verb } from '../errors/circumstances.js';
import { containerIdSchema, gcArgsSchema, optionsSchema, runtimeConfSchema } from './call-fields.js';
import { listSchema, pluginSchema } from './conf/conf-fields.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { GcArgs } from './gc.js';
import type { RuntimeConf } from './runtime-conf.js';

/** What a caller asks for. A key that is there stands for an argument that the call has. */
export interface Call {
  readonly verb?: Verb;
  readonly list?: NetworkConfigList;
  readonly plugin?: PluginConfig;
  readonly pluginType?: string;
  readonly rt?: RuntimeConf;
  readonly gc?: GcArgs | undefined;
  /** Left out where all containers are meant. */
  readonly containerId?: string | undefined;
  readonly options?: object | undefined;
}

/**
 * Parses the arguments of a call and runs it with them, without those that are `null`. Its errors get the circumstances
 * that they lack.
 */
export async function runCall<Given extends Call, Value>(
  call: Given,
  run: (given: Given) => Promise<Value>,
): Promise<Value> {
  try {
    return await run({ ...call, ...parseCall(call) });
  } catch (error) {
    throw addCircumstances(error, circumstancesOfCall(call));
  }
}

/** The types say that nothing is wrong, but not every caller is checked by a compiler. */
function parseCall(call: Call): Omit<Call, 'verb' | 'list' | 'plugin'> {
  if ('list' in call) checkArgument(listSchema, call.list, 'list');
  if ('plugin' in call) checkArgument(pluginSchema, call.plugin, 'plugin');
  return {
    ...('rt' in call && { rt: parseArgument(runtimeConfSchema, call.rt, 'rt') }),
    ...('gc' in call && { gc: parseArgument(gcArgsSchema, call.gc ?? {}, 'args') }),
    ...('containerId' in call && {
      containerId: parseArgument(containerIdSchema, call.containerId, 'containerId'),
    }),
    ...('options' in call && { options: parseOptions(optionsSchema, call.options) }),
  };
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
