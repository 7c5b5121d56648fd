// Port of ConfFromBytes, ConfFromFile and ConfListFromConf in Go's libcni/conf.go.
import { parseArgument } from '../../arguments/parse-argument.js';
import { parseJson } from '../json/parse-json.js';
import { writeJson } from '../json/write-json.js';
import { pluginSchema } from './conf-fields.js';
import { withFormHint } from './form-hint.js';
import { networkConfFromBytes } from './network-conf.js';
import { networkPluginConfFromBytes } from './plugin-conf.js';
import { readConfFile } from './read-conf-file.js';
import type { NetworkConfigList, PluginConfig } from './types.js';

/**
 * Parses a configuration in the old form, one plugin and no list.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function confFromBytes(bytes: string | Uint8Array): PluginConfig {
  return networkPluginConfFromBytes(bytes);
}

/**
 * Loads a configuration in the old form.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_CONF_NOT_FOUND`, `ERR_PERMISSION`
 */
export async function confFromFile(file: string): Promise<PluginConfig> {
  const text = await readConfFile(file);
  return await withFormHint(file, text, () => networkPluginConfFromBytes(text, { file }));
}

/**
 * Converts a configuration in the old form to a list with that one plugin.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function confListFromConf(original: PluginConfig): NetworkConfigList {
  parseArgument(pluginSchema(), original, 'plugin');
  const list = {
    name: original.network.name ?? '',
    cniVersion: original.network.cniVersion ?? '',
    plugins: [parseJson(original.bytes, { what: 'plugin configuration' })],
  };
  return networkConfFromBytes(writeJson(list, 'configuration list'));
}
