// Port of NetworkConfFromBytes and NetworkConfFromFile in Go's libcni/conf.go.
import { dirname, join } from 'node:path';
import { pathField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { isJsonObject, type JsonObject, jsonType, parseJson, textFromBytes } from '../json/parse-json.js';
import { checkNumbers, writeJson } from '../json/write-json.js';
import { withFormHint } from './form-hint.js';
import { negotiateVersion } from './negotiate-version.js';
import {
  type ConfPlace,
  isAsWritten,
  isCertainlyValid,
  pluginConfFromJson,
  pluginConfsOfFolder,
} from './plugin-conf.js';
import { readConfFile } from './read-conf-file.js';
import type { NetworkConfigList, PluginConfig } from './types.js';

const WHAT = 'configuration list';

/**
 * Parses a network configuration list. `plugins` may be absent, since plugins can also have files of their
 * own; {@link networkConfFromFile} loads those.
 *
 * @param bytes - JSON as a string or as UTF-8 bytes
 * @param file - the file that the JSON comes from, for errors
 * @throws LibcniError `ERR_CONF_INVALID` with file and JSON path.
 */
export function networkConfFromBytes(bytes: string | Uint8Array, file?: string): NetworkConfigList {
  return finishList(checkList(textFromBytes(bytes), file));
}

/** A list that has been checked, with plugins yet to be serialised. */
export type CheckedList = Omit<NetworkConfigList, 'plugins'> & { readonly plugins: readonly MakePlugin[] };

type MakePlugin = () => PluginConfig;

/**
 * The first step of {@link networkConfFromBytes}. Whoever looks for a name among many lists takes the second step for
 * one of them.
 *
 * @throws LibcniError as {@link networkConfFromBytes} does
 */
export function checkList(text: string, file?: string): CheckedList {
  const list = parseList(text, file);
  const loadOnlyInlinedPlugins = readFlag(list, 'loadOnlyInlinedPlugins', file);
  return {
    name: readName(list, file),
    cniVersion: negotiateVersion(list, file),
    disableCheck: readFlag(list, 'disableCheck', file),
    disableGC: readFlag(list, 'disableGC', file),
    loadOnlyInlinedPlugins,
    plugins: checkPlugins(list, loadOnlyInlinedPlugins, file),
    bytes: text,
  };
}

/** The second step. */
export function finishList(list: CheckedList, dropIns: readonly PluginConfig[] = []): NetworkConfigList {
  return { ...list, plugins: [...list.plugins.map((make) => make()), ...dropIns] };
}

/**
 * Loads a network configuration list from a file, with the plugins of the drop-in folder `<folder>/<name>/`
 * after those of the list, unless the list says `loadOnlyInlinedPlugins`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_CONF_NOT_FOUND`, `ERR_PERMISSION`
 */
export async function networkConfFromFile(file: string): Promise<NetworkConfigList> {
  const text = await readConfFile(parseArgument(pathField(), file, 'file'));
  return await withFormHint(file, text, () => withDropIns(networkConfFromBytes(text, file), file));
}

/** The list of a file with the plugins of its drop-in folder. */
export async function withDropIns(list: NetworkConfigList, file: string): Promise<NetworkConfigList> {
  const dropIns = await dropInPlugins(list, file);
  return { ...list, plugins: [...list.plugins, ...dropIns] };
}

/**
 * The plugins of the drop-in folder of a list.
 *
 * @throws LibcniError `ERR_CONF_INVALID` if neither has plugins
 */
export async function dropInPlugins(
  { name, loadOnlyInlinedPlugins, plugins }: CheckedList | NetworkConfigList,
  file: string,
): Promise<PluginConfig[]> {
  const mayHaveFolder = !loadOnlyInlinedPlugins && isFileName(name);
  const dropIns = mayHaveFolder ? await pluginConfsOfFolder(join(dirname(file), name)) : [];
  if (plugins.length + dropIns.length > 0) return dropIns;
  throw invalid('no plugins, neither here nor in the drop-in folder', { file });
}

/** A name that cannot be a file name has no drop-in folder; every verb refuses it later. */
function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name);
}

/** What every number beyond the range of a double has: an exponent, or hundreds of digits. */
const MAYBE_HUGE = /\d[eE]|\d{300}/;

function parseList(text: string, file?: string): JsonObject {
  const parsed = parseJson(text, { what: WHAT, file });
  if (parsed !== null && !isJsonObject(parsed)) {
    throw invalid(`must be an object, not ${jsonType(parsed)}`, { file, jsonPath: '$', value: parsed });
  }
  if (MAYBE_HUGE.test(text)) withFile(file, () => checkNumbers(parsed, WHAT));
  return parsed ?? {};
}

function readName(list: JsonObject, file?: string): string {
  if (!Object.hasOwn(list, 'name')) throw invalid('no name', { file, jsonPath: '$.name' });
  if (typeof list.name === 'string') return list.name;
  const problem = `must be a string, not ${jsonType(list.name)}`;
  throw invalid(problem, { file, jsonPath: '$.name', value: list.name });
}

/** A flag may be a boolean or its name in any case. */
function readFlag(list: JsonObject, key: string, file?: string): boolean {
  if (!Object.hasOwn(list, key)) return false;
  const value = list[key];
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalid('must be true or false', { file, jsonPath: `$.${key}`, value });
}

function checkPlugins(list: JsonObject, inlinedOnly: boolean, file?: string): MakePlugin[] {
  const jsonPath = '$.plugins';
  if (!Object.hasOwn(list, 'plugins')) {
    if (!inlinedOnly) return [];
    throw invalid('loadOnlyInlinedPlugins is true, and there is no plugins key', { file, jsonPath });
  }
  const plugins = list.plugins;
  if (!Array.isArray(plugins)) {
    throw invalid(`must be an array, not ${jsonType(plugins)}`, { file, jsonPath, value: plugins });
  }
  if (plugins.length === 0) throw invalid('no plugins in list', { file, jsonPath });
  return plugins.map((plugin: unknown, index) => {
    const make = () => makePlugin(plugin, { file, jsonPath: `${jsonPath}[${index}]` });
    if (isCertainlyValid(plugin)) return make;
    const made = make();
    return () => made;
  });
}

function makePlugin(plugin: unknown, place: ConfPlace): PluginConfig {
  const bytes = writeJson(plugin, 'plugin configuration');
  const read = isAsWritten(plugin, bytes) ? plugin : JSON.parse(bytes);
  return { network: pluginConfFromJson(read, place), bytes };
}

function withFile(file: string | undefined, run: () => void): void {
  try {
    run();
  } catch (error) {
    throw isOwnError(error) ? error.with({ file }) : error;
  }
}

interface Problem {
  readonly file?: string | undefined;
  readonly jsonPath?: string;
  readonly value?: unknown;
}

function invalid(problem: string, place: Problem): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${WHAT}: ${problem}`, place);
}
