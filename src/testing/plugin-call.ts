import { basename } from 'node:path';
import type { PluginConf, Verb } from '../index.js';

/** One run of a plugin, as the plugin sees it. */
export interface PluginCall {
  /** The type of the plugin, which is the name of its executable. */
  readonly plugin: string;
  readonly verb: Verb;
  /** `CNI_CONTAINERID`; empty for verbs without an attachment. */
  readonly containerId: string;
  /** `CNI_NETNS`; empty if the namespace no longer exists. */
  readonly netns: string;
  /** `CNI_IFNAME` */
  readonly ifName: string;
  /** `CNI_ARGS`, for example `IgnoreUnknown=1;K8S_POD_NAME=web`. */
  readonly args: string;
  /** What the plugin reads: its configuration with `name`, `cniVersion`, `runtimeConfig` and `prevResult`. */
  readonly config: PluginConf & Readonly<Record<string, unknown>>;
}

/** The call that an `Exec` is asked to make. */
export function pluginCall(path: string, stdin: string, env: Readonly<Record<string, string>>): PluginCall {
  return {
    plugin: basename(path),
    verb: (env.CNI_COMMAND ?? '') as Verb,
    containerId: env.CNI_CONTAINERID ?? '',
    netns: env.CNI_NETNS ?? '',
    ifName: env.CNI_IFNAME ?? '',
    args: env.CNI_ARGS ?? '',
    config: JSON.parse(stdin),
  };
}

/** For messages. */
export function describeCall({ verb, plugin, containerId, ifName }: Omit<PluginCall, 'config'>): string {
  return `${verb} of plugin ${plugin}${containerId === '' ? '' : ` for container ${containerId} on ${ifName}`}`;
}
