import * as z from 'zod';
import { compiled } from '../../arguments/compiled.js';
import { instance, isKeyed } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import type { NetworkConfigList, PluginConfig } from './types.js';

// The schemas of parsed configurations, in the arguments of a call.

const pluginField = lazy(() =>
  instance<PluginConfig>(
    'a plugin configuration with network and bytes, as made by networkPluginConfFromBytes() and networkConfFromBytes()',
    (plugin) =>
      isKeyed(plugin) &&
      isKeyed(Reflect.get(plugin, 'network')) &&
      typeof Reflect.get(plugin, 'bytes') === 'string',
  ),
);

/** A plugin without a list. */
export const pluginSchema = lazy(() =>
  z.looseObject(
    {
      network: instance<object>(
        'the configuration of a plugin, as made by networkPluginConfFromBytes()',
        isKeyed,
      ),
      bytes: z.string({
        error: 'must be the JSON string of the plugin, as kept by networkPluginConfFromBytes()',
      }),
    },
    { error: 'must be a plugin configuration, as made by networkPluginConfFromBytes() and loadConf()' },
  ),
);

const LIST_PART = 'as made by networkConfFromBytes() and loadNetworkConf()';

/** A network. */
export const listSchema = compiled(
  () =>
    z.looseObject(
      {
        plugins: z.array(pluginField(), {
          error: `must be an array of plugin configurations, ${LIST_PART}`,
        }),
        cniVersion: z.string({ error: `must be a string, ${LIST_PART}` }),
        bytes: z.string({ error: `must be the JSON string of the list, ${LIST_PART}` }),
      },
      { error: `must be a network configuration list, ${LIST_PART}` },
    ) satisfies z.ZodType<Pick<NetworkConfigList, 'plugins' | 'cniVersion' | 'bytes'>>,
);
