import type { Circumstances, Verb } from '../errors/circumstances.js';
import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { PluginError } from '../errors/plugin-error.js';
import type { NetworkConfigList, PluginConfig } from './conf/types.js';
import type { RuntimeConf } from './runtime-conf.js';

/** What a caller asks for. A key that is there stands for an argument that the call needs. */
export interface Call {
  readonly verb?: Verb;
  readonly list?: NetworkConfigList;
  readonly plugin?: PluginConfig;
  readonly pluginType?: string;
  readonly rt?: RuntimeConf;
}

/** Runs a call, and gives its errors the circumstances that they lack. */
export async function runCall<Value>(call: Call, run: () => Promise<Value>): Promise<Value> {
  try {
    requireArguments(call);
    return await run();
  } catch (error) {
    throw isOurs(error) ? error.with(circumstancesOfCall(call)) : error;
  }
}

/** The types say that nothing is missing, but not every caller is checked by a compiler. */
function requireArguments(call: Call): void {
  if ('list' in call && !isObject(call.list)) throw missing('network configuration list');
  if ('plugin' in call && !isObject(call.plugin?.network)) throw missing('plugin configuration');
  if ('rt' in call && !isObject(call.rt)) throw missing('runtime configuration (RuntimeConf)');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function missing(what: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `the ${what} is missing`);
}

function isOurs(error: unknown): error is PluginError | LibcniError | LibcniAggregateError {
  return (
    error instanceof PluginError || error instanceof LibcniError || error instanceof LibcniAggregateError
  );
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
