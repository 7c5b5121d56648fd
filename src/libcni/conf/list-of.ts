import type { NetworkConfigList, PluginConfig } from './types.js';

/** A list of one plugin that has no list of its own. The cache keeps the plugin's JSON. */
export function listOf(plugin: PluginConfig): NetworkConfigList {
  return {
    name: plugin.network.name ?? '',
    cniVersion: plugin.network.cniVersion ?? '',
    disableCheck: false,
    disableGC: false,
    loadOnlyInlinedPlugins: true,
    plugins: [plugin],
    bytes: plugin.bytes,
  };
}
