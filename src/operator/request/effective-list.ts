import {
  injectConf,
  type JsonObject,
  type NetworkConfigList,
  networkConfFromBytes,
} from '../../libcni/index.js';

/**
 * A list whose text holds all that its plugins are given: plugins from drop-in files, and the arguments of one
 * attachment. The text is what the cache keeps, and so what DEL works from when the files are gone.
 */
export function effectiveList(list: NetworkConfigList, cniArgs?: Readonly<JsonObject>): NetworkConfigList {
  const isWhole = networkConfFromBytes(list.bytes).plugins.length === list.plugins.length;
  if (isWhole && cniArgs === undefined) return list;
  const plugins = list.plugins.map((plugin) => {
    const injected = cniArgs
      ? injectConf(plugin, { args: withCniArgs(plugin.network.args, cniArgs) })
      : plugin;
    return JSON.parse(injected.bytes);
  });
  return networkConfFromBytes(
    JSON.stringify({ ...JSON.parse(list.bytes), plugins, loadOnlyInlinedPlugins: true }),
  );
}

function withCniArgs(args: unknown, cniArgs: Readonly<JsonObject>): JsonObject {
  const own = typeof args === 'object' && args !== null ? { ...args } : {};
  const cni = 'cni' in own && typeof own.cni === 'object' ? own.cni : {};
  return { ...own, cni: { ...cni, ...cniArgs } };
}
