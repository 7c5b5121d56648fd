import type { NetworkConfigList, PluginConfig } from './types.js';

/** A list of one plugin that is configured by itself; its text is what the cache keeps. */
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
