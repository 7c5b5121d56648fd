import {
  injectConf,
  type JsonObject,
  type NetworkConfigList,
  networkConfFromBytes,
} from '../../libcni/index.js';

/**
 * A list whose JSON holds everything that its plugins get, including plugins from drop-in files and the arguments of one
 * attachment. The cache keeps this JSON, so that DEL can work from it when the files are gone.
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
