import { lstat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { formHint, isList, LIST_EXTENSION } from '../../libcni/conf/form-hint.js';
import { networkConfFromBytes, withDropIns } from '../../libcni/conf/network-conf.js';
import { networkPluginConfFromBytes } from '../../libcni/conf/plugin-conf.js';
import { readConfFile } from '../../libcni/conf/read-conf-file.js';
import { confListFromConf } from '../../libcni/conf/single-conf.js';
import type { NetworkConfigList } from '../../libcni/conf/types.js';
import { isJsonObject, type JsonObject, parseJson } from '../../libcni/json/parse-json.js';
import { writeJson } from '../../libcni/json/write-json.js';
import { validateNetworkName } from '../../libcni/names.js';
import { type ConfFault, faultOf } from './conf-fault.js';
import type { SourceNetwork } from './conf-source.js';

/** The content of a file: one of the two, or neither if it is gone. */
export interface FileLoad {
  readonly network?: SourceNetwork;
  readonly fault?: ConfFault;
}

/** How often to read a list whose drop-in files disappear meanwhile. */
const TRIES = 3;

/** Loads the network of one file. Never rejects. */
export async function loadFile(file: string): Promise<FileLoad> {
  try {
    const list = extname(file) === LIST_EXTENSION ? await loadList(file) : await loadSingle(file);
    return { network: { file, list } };
  } catch (error) {
    if (await isGone(error, file)) return {};
    return { fault: faultOf(error, file, await hintFor(file, error)) };
  }
}

async function loadList(file: string, triesLeft = TRIES): Promise<NetworkConfigList> {
  try {
    return await withDropIns(named(networkConfFromBytes(await readConfFile(file), file), file), file);
  } catch (error) {
    const dropInVanished = isNotFound(error) && error.file !== file;
    if (!dropInVanished || triesLeft <= 1) throw error;
    return await loadList(file, triesLeft - 1);
  }
}

async function loadSingle(file: string): Promise<NetworkConfigList> {
  const conf = networkPluginConfFromBytes(await readConfFile(file), { file });
  if (!isList(conf.network)) return named(confListFromConf(conf), file);
  throw new LibcniError('ERR_CONF_INVALID', 'both one plugin and a list of plugins', {
    file,
    jsonPath: '$.plugins',
  });
}

/** A list with a valid name: if it has none, the name of its file. */
function named(list: NetworkConfigList, file: string): NetworkConfigList {
  if (list.name === '') return nameByFile(list, file);
  validateName(list.name, { file, jsonPath: '$.name' });
  return list;
}

/** The name goes into the JSON too, which is what is recorded while containers are on the network. */
function nameByFile(list: NetworkConfigList, file: string): NetworkConfigList {
  const name = basename(file, extname(file));
  validateName(name, { file, jsonPath: '$.name' });
  const parsed = parseJson(list.bytes, { what: 'configuration list', file });
  const text = writeJson({ ...(isJsonObject(parsed) ? parsed : {}), name }, 'configuration list');
  return networkConfFromBytes(text, file);
}

function validateName(name: string, where: { file: string; jsonPath: string }): void {
  try {
    validateNetworkName(name);
  } catch (error) {
    throw isOwnError(error) ? error.with(where) : error;
  }
}

/** A dangling link counts as a file, except for the lock of an editor, which is such a link. */
async function isGone(error: unknown, file: string): Promise<boolean> {
  if (!isNotFound(error) || error.file !== file) return false;
  if (basename(file).startsWith('.#')) return true;
  return await lstat(file).then(
    () => false,
    () => true,
  );
}

function isNotFound(error: unknown): error is LibcniError {
  return isOwnError(error) && error.code === 'ERR_CONF_NOT_FOUND';
}

/** Adds a hint if the extension belongs to the other form. */
async function hintFor(file: string, error: unknown): Promise<string | undefined> {
  const content = await contentOf(file);
  if (!content) return undefined;
  const isOfName = isOwnError(error) && error.jsonPath === '$.name';
  if (isOfName && content.name === '') return 'it has no name, so its name is that of the file: give it one';
  return formHint(file, content);
}

async function contentOf(file: string): Promise<JsonObject | undefined> {
  try {
    const parsed = parseJson(await readConfFile(file), { what: 'configuration' });
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
