import * as z from 'zod';
import { instance, isKeyed } from '../../arguments/fields.js';
import type { NetworkConfigList, PluginConfig } from './types.js';

// The schemas of configurations that the library has made, in the arguments of a call.

const pluginField = instance<PluginConfig>(
  'a plugin configuration with network and bytes, as networkPluginConfFromBytes() and networkConfFromBytes() make it',
  (plugin) =>
    isKeyed(plugin) &&
    isKeyed(Reflect.get(plugin, 'network')) &&
    typeof Reflect.get(plugin, 'bytes') === 'string',
);

/** A plugin that is configured by itself. */
export const pluginSchema = z.looseObject(
  {
    network: instance<object>(
      'the configuration of a plugin, as networkPluginConfFromBytes() makes it',
      isKeyed,
    ),
    bytes: z.string({
      error: 'must be the JSON text of the plugin, as networkPluginConfFromBytes() keeps it',
    }),
  },
  { error: 'must be a plugin configuration, as networkPluginConfFromBytes() and loadConf() make it' },
);

const LIST_PART = 'as networkConfFromBytes() and loadNetworkConf() make it';

/** A network. */
export const listSchema = z.looseObject(
  {
    plugins: z.array(pluginField, { error: `must be an array of plugin configurations, ${LIST_PART}` }),
    cniVersion: z.string({ error: `must be a string, ${LIST_PART}` }),
    bytes: z.string({ error: `must be the JSON text of the list, ${LIST_PART}` }),
  },
  { error: `must be a network configuration list, ${LIST_PART}` },
) satisfies z.ZodType<Pick<NetworkConfigList, 'plugins' | 'cniVersion' | 'bytes'>>;
