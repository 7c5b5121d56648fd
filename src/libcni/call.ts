import { addCircumstances } from '../errors/add-circumstances.js';
import {
  checkOptionalFunction,
  checkOptionalObject,
  checkOptionalText,
  isAbsent,
  isKeyed,
} from '../errors/check-value.js';
import type { Circumstances, Verb } from '../errors/circumstances.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { withoutNull } from '../errors/without-null.js';
import { checkNetworkConfigList, checkPluginConfig } from './arguments/check-network.js';
import { checkRuntimeConf } from './arguments/check-runtime-conf.js';
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
 * Checks the arguments of a call and runs it with them, without those that are `null`. Its errors get the circumstances
 * that they lack.
 */
export async function runCall<Given extends Call, Value>(
  call: Given,
  run: (given: Given) => Promise<Value>,
): Promise<Value> {
  try {
    checkArguments(call);
    return await run(normalized(call));
  } catch (error) {
    throw addCircumstances(error, circumstancesOfCall(call));
  }
}

/** The types say that nothing is wrong, but not every caller is checked by a compiler. */
function checkArguments(call: Call): void {
  if ('list' in call) checkNetworkConfigList(call.list);
  if ('plugin' in call) checkPluginConfig(call.plugin);
  if ('rt' in call) checkRuntimeConf(call.rt);
  checkOptions(call.options);
  checkValidAttachments(call.gc);
  checkOptionalText('containerId', call.containerId);
}

/** Limits are checked where they begin to count. */
function checkOptions(options: unknown): void {
  checkOptionalObject('options', options);
  if (!isKeyed(options)) return;
  for (const name of ['onResult', 'guard']) checkOptionalFunction(name, Reflect.get(options, name));
}

/** That they are given at all is checked where they are used, since a plan can do without. */
function checkValidAttachments(gc: GcArgs | undefined): void {
  if (isAbsent(gc) || isAbsent(gc.validAttachments)) return;
  if (!Array.isArray(gc.validAttachments))
    throw invalidArgument('validAttachments', 'an array', gc.validAttachments);
  for (const [index, valid] of gc.validAttachments.entries()) {
    if (isKeyed(valid)) continue;
    throw invalidArgument(`validAttachments[${index}]`, 'an object with containerId and ifName', valid);
  }
}

function normalized<Given extends Call>(call: Given): Given {
  const { rt, options } = call;
  return withoutNull({
    ...call,
    ...(rt && { rt: withoutNull(rt) }),
    ...(options && { options: withoutNull(options) }),
  });
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
