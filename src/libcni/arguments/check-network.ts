import { isKeyed } from '../../errors/check-value.js';
import { describeValue, invalidArgument } from '../../errors/invalid-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';

const LIST = 'a network configuration list, as networkConfFromBytes() and loadNetworkConf() make it';
const PLUGIN = 'a plugin configuration, as networkPluginConfFromBytes() and loadConf() make it';

/**
 * Refuses what is no configuration list of this library, such as the JSON of one.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkNetworkConfigList(list: unknown): void {
  if (!isKeyed(list)) throw invalidArgument('list', LIST, list);
  const demand = `list must be ${LIST}`;
  const plugins: unknown = Reflect.get(list, 'plugins');
  if (!Array.isArray(plugins)) throw lacking(demand, 'plugins', plugins);
  for (const [index, plugin] of plugins.entries()) {
    if (!isPluginConfig(plugin)) throw lacking(demand, `plugins[${index}]`, plugin);
  }
  requireText(list, 'cniVersion', demand);
  requireText(list, 'bytes', demand);
}

/**
 * Refuses what is no plugin configuration of this library.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkPluginConfig(plugin: unknown): void {
  if (!isKeyed(plugin)) throw invalidArgument('plugin', PLUGIN, plugin);
  const demand = `plugin must be ${PLUGIN}`;
  if (!isKeyed(Reflect.get(plugin, 'network')))
    throw lacking(demand, 'network', Reflect.get(plugin, 'network'));
  requireText(plugin, 'bytes', demand);
}

function isPluginConfig(plugin: unknown): boolean {
  return isKeyed(plugin) && isKeyed(Reflect.get(plugin, 'network')) && isText(Reflect.get(plugin, 'bytes'));
}

function requireText(owner: object, key: string, demand: string): void {
  const value: unknown = Reflect.get(owner, key);
  if (!isText(value)) throw lacking(demand, key, value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Of something made by hand, or only parsed, one part tells. */
function lacking(demand: string, part: string, value: unknown): LibcniError {
  const summary = `${demand}; its ${part} is ${describeValue(value)}${inTheText(value)}`;
  return new LibcniError('ERR_CONF_INVALID', summary, { value });
}

/** A plugin as it stands in a file, without what the library has made of it. */
function inTheText(value: unknown): string {
  return isKeyed(value) ? ' without network or bytes' : '';
}
