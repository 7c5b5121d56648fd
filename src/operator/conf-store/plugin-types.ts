import type { NetworkConfigList } from '../../libcni/conf/types.js';
import { isJsonObject, type JsonObject } from '../../libcni/json/parse-json.js';

/**
 * The types of the plugins that a network runs, each once: its own, those for addresses, and those that its
 * configuration tells them to delegate to.
 */
export function pluginTypes({ plugins }: NetworkConfigList): string[] {
  return [...new Set(plugins.flatMap(({ network }) => typesIn(network)))];
}

function typesIn(conf: unknown): string[] {
  if (!isJsonObject(conf)) return [];
  return [...typeOf(conf), ...typeOf(conf.ipam), ...delegates(conf).flatMap(typesIn)];
}

function typeOf(conf: unknown): string[] {
  return isJsonObject(conf) && typeof conf.type === 'string' && conf.type !== '' ? [conf.type] : [];
}

/**
 * `delegate` as flannel has it, and `delegates` of multus, each a plugin or a list of plugins. With `binDir`, multus
 * searches theirs elsewhere.
 */
function delegates({ delegate, delegates: listed, binDir }: JsonObject): unknown[] {
  if (!Array.isArray(listed) || binDir !== undefined) return [delegate];
  const plugins = listed.flatMap((one: unknown) =>
    isJsonObject(one) && Array.isArray(one.plugins) ? one.plugins : [one],
  );
  return [delegate, ...plugins];
}
