// Port of LoadConf and LoadNetworkConf in Go's libcni/conf.go.
import { LibcniError } from '../../errors/libcni-error.js';
import { confFiles } from './conf-files.js';
import { networkConfFromFile } from './network-conf.js';
import { confFromFile, confListFromConf } from './single-conf.js';
import type { NetworkConfigList, PluginConfig } from './types.js';

/**
 * Loads the first configuration in the old form (`.conf`, `.json`) of a folder that has the name.
 *
 * @throws LibcniError `ERR_NO_CONFIGS` where the folder has no such files, `ERR_CONF_NOT_FOUND` where none has
 * the name, `ERR_CONF_INVALID` at the first broken file before it.
 */
export async function loadConf(dir: string, name: string): Promise<PluginConfig> {
  const files = await confFiles(dir, ['.conf', '.json']);
  if (files.length === 0) throw noConfigs(dir);
  for (const file of files) {
    const conf = await confFromFile(file);
    if ((conf.network.name ?? '') === name) return conf;
  }
  throw notFound(dir, name);
}

/**
 * Loads the network of a name from a folder: the first `.conflist` that has it, else the first configuration in
 * the old form, made a list. Files are read in byte order of their names.
 *
 * @throws LibcniError `ERR_NO_CONFIGS` where the folder has no configurations at all, `ERR_CONF_NOT_FOUND` where
 * none has the name, `ERR_CONF_INVALID` at the first broken file before it.
 */
export async function loadNetworkConf(dir: string, name: string): Promise<NetworkConfigList> {
  const files = await confFiles(dir, ['.conflist']);
  for (const file of files) {
    const list = await networkConfFromFile(file);
    if (list.name === name) return list;
  }
  return await loadUpconverted(dir, name, files.length > 0);
}

async function loadUpconverted(dir: string, name: string, hasLists: boolean): Promise<NetworkConfigList> {
  try {
    return confListFromConf(await loadConf(dir, name));
  } catch (error) {
    const noneInOldForm = error instanceof LibcniError && error.code === 'ERR_NO_CONFIGS';
    throw hasLists && noneInOldForm ? notFound(dir, name) : error;
  }
}

function noConfigs(dir: string): LibcniError {
  return new LibcniError('ERR_NO_CONFIGS', 'no network configurations found', { file: dir });
}

function notFound(dir: string, name: string): LibcniError {
  const summary = `no network configuration with the name "${name}"`;
  return new LibcniError('ERR_CONF_NOT_FOUND', summary, { file: dir, value: name });
}
