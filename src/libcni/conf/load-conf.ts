// Port of LoadConf and LoadNetworkConf in Go's libcni/conf.go.
import { existsSync } from 'node:fs';
import { pathField, textField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { listConfFiles } from './conf-files.js';
import { withFormHint } from './form-hint.js';
import { checkList, dropInPlugins, finishList } from './network-conf.js';
import { readConfFile } from './read-conf-file.js';
import { confFromFile, confListFromConf } from './single-conf.js';
import type { NetworkConfigList, PluginConfig } from './types.js';

const OLD_FORM = ['.conf', '.json'];

/**
 * Loads the first configuration with that name in the old form (`.conf`, `.json`) from a folder.
 *
 * @throws LibcniError `ERR_NO_CONFIGS` if the folder has no such files, `ERR_CONF_NOT_FOUND` if none has
 * the name, `ERR_CONF_INVALID` at the first broken file before it.
 */
export async function loadConf(dir: string, name: string): Promise<PluginConfig> {
  parseArgument(textField(), name, 'name');
  const files = listConfFiles(parseArgument(pathField(), dir, 'dir'), OLD_FORM);
  if (files.length === 0) throw noConfigs(dir);
  const names: string[] = [];
  for (const file of files) {
    const conf = await confFromFile(file);
    const found = conf.network.name ?? '';
    if (found === name) return conf;
    names.push(found);
  }
  throw notFound({ dir, name, names });
}

/**
 * Loads a network by name from a folder: the first `.conflist` with that name, else the first configuration in
 * the old form, converted to a list. Files are read in byte order of their names.
 *
 * @throws LibcniError `ERR_NO_CONFIGS` if the folder has no configurations at all, `ERR_CONF_NOT_FOUND` if
 * none has the name, `ERR_CONF_INVALID` at the first broken file before it.
 */
export async function loadNetworkConf(dir: string, name: string): Promise<NetworkConfigList> {
  parseArgument(textField(), name, 'name');
  const files = listConfFiles(parseArgument(pathField(), dir, 'dir'), ['.conflist']);
  const names: string[] = [];
  for (const file of files) {
    const text = await readConfFile(file);
    const found = await withFormHint(file, text, () => listOrName(text, { file, name }));
    if (typeof found !== 'string') return found;
    names.push(found);
  }
  return await loadUpconverted({ dir, name, names });
}

interface NamedFile {
  readonly file: string;
  /** The name that is looked for. */
  readonly name: string;
}

/** The list of a file if it has the name, else its own name. Like Go, this checks the plugins of both. */
async function listOrName(text: string, { file, name }: NamedFile): Promise<NetworkConfigList | string> {
  const checked = checkList(text, file);
  const dropIns = await dropInPlugins(checked, file);
  return checked.name === name ? finishList(checked, dropIns) : checked.name;
}

/** A search for a network. */
interface Search {
  readonly dir: string;
  readonly name: string;
  /** The names that were found instead. */
  readonly names: readonly string[];
}

async function loadUpconverted(search: Search): Promise<NetworkConfigList> {
  try {
    return confListFromConf(await loadConf(search.dir, search.name));
  } catch (error) {
    if (search.names.length === 0 || !isOwnError(error)) throw error;
    if (error.code === 'ERR_NO_CONFIGS') throw notFound(search);
    throw error.code === 'ERR_CONF_NOT_FOUND' ? notFound(await withOldForm(search)) : error;
  }
}

/** Broken files among them have been reported already. */
async function withOldForm({ dir, name, names }: Search): Promise<Search> {
  const files = listConfFiles(dir, OLD_FORM);
  const confs = await Promise.all(files.map(confFromFile));
  return { dir, name, names: [...names, ...confs.map(({ network }) => network.name ?? '')] };
}

function noConfigs(dir: string): LibcniError {
  const why = existsSync(dir)
    ? 'the folder has no file ending in .conflist, .conf or .json'
    : 'the folder does not exist';
  return new LibcniError('ERR_NO_CONFIGS', `no network configurations found: ${why}`, { file: dir });
}

function notFound({ dir, name, names }: Search): LibcniError {
  const summary = `no network configuration with the name ${JSON.stringify(name)} (there are: ${names.join(', ')})`;
  return new LibcniError('ERR_CONF_NOT_FOUND', summary, { file: dir, value: name });
}
