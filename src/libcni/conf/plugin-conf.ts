// Port of NetworkPluginConfFromBytes and NetworkPluginConfsFromFiles in Go's libcni/conf.go.

import { join } from 'node:path';
import { plainly } from '../../arguments/default-message.js';
import { pathField, textField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { keyFolder } from '../json/fold-keys.js';
import { describeStep, valueAt } from '../json/json-path.js';
import { isJsonObject, type JsonObject, jsonType, parseJson, textFromBytes } from '../json/parse-json.js';
import { listConfFiles } from './conf-files.js';
import { isCommonConf, NESTED_KEYS, pluginConfSchema, TYPED_KEYS } from './plugin-conf-schema.js';
import { readConfFile } from './read-conf-file.js';
import type { PluginConf, PluginConfig } from './types.js';

const foldTopLevel = keyFolder(TYPED_KEYS);
const nestedFolders = Object.entries(NESTED_KEYS).map(([key, known]) => ({ key, fold: keyFolder(known) }));

/** Where a plugin's configuration is, for errors. */
export interface ConfPlace {
  readonly file?: string | undefined;
  /** The JSON path of the configuration inside its file. @default `$` */
  readonly jsonPath?: string | undefined;
}

/**
 * Parses the configuration of one plugin.
 *
 * @param bytes - JSON as a string or as UTF-8 bytes
 * @throws LibcniError `ERR_CONF_INVALID` with file and JSON path.
 */
export function networkPluginConfFromBytes(bytes: string | Uint8Array, place: ConfPlace = {}): PluginConfig {
  const text = textFromBytes(bytes);
  const parsed = parseJson(text, { what: 'plugin configuration', file: place.file });
  return { network: pluginConfFromJson(parsed, place), bytes: text };
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function pluginConfFromJson(parsed: unknown, { file, jsonPath = '$' }: ConfPlace): PluginConf {
  const folded = foldPluginConf(objectOrNothing(parsed, { file, jsonPath }));
  if (isCommonConf(folded)) return folded as unknown as PluginConf;
  const checked = pluginConfSchema().safeParse(folded, plainly);
  if (checked.success) return folded as unknown as PluginConf;
  const [issue] = checked.error.issues;
  const path = jsonPath + (issue?.path.map(describeStep).join('') ?? '');
  throw new LibcniError('ERR_CONF_INVALID', `plugin configuration: ${issue?.message ?? 'is invalid'}`, {
    file,
    jsonPath: path,
    value: valueAt(folded, issue?.path ?? []),
  });
}

/** Whether a configuration is valid, serialised or not. Of one for which this is false, nothing is known. */
export function isCertainlyValid(conf: unknown): boolean {
  return isJsonObject(conf) && foldPluginConf(conf) === conf && isCommonConf(conf);
}

/**
 * Whether a configuration survives serialisation unchanged. If not, the serialised form counts, since the plugin reads
 * that: its keys are sorted, the last of two spellings of a key wins, and lone surrogates are replaced.
 */
export function isAsWritten(conf: unknown, text: string): boolean {
  return isJsonObject(conf) && foldPluginConf(conf) === conf && !text.includes('\uFFFD');
}

/**
 * Loads every plugin of the drop-in folder `<confDir>/<networkName>/*.conf`, in byte order of their names. A
 * missing folder holds no plugins.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export async function networkPluginConfsFromFiles(
  confDir: string,
  networkName: string,
): Promise<PluginConfig[]> {
  parseArgument(pathField(), confDir, 'confDir');
  parseArgument(textField(), networkName, 'networkName');
  return await pluginConfsOfFolder(join(confDir, networkName));
}

/** The plugins of a drop-in folder. */
export async function pluginConfsOfFolder(folder: string): Promise<PluginConfig[]> {
  const files = listConfFiles(folder, ['.conf']);
  if (files.length === 0) return [];
  return await Promise.all(
    files.map(async (file) => networkPluginConfFromBytes(await readConfFile(file), { file })),
  );
}

function foldPluginConf(conf: JsonObject): JsonObject {
  let folded = foldTopLevel(conf);
  for (const { key, fold } of nestedFolders) {
    const value = folded[key];
    const nested = isJsonObject(value) ? fold(value) : value;
    if (nested !== value) folded = { ...folded, [key]: nested };
  }
  return folded;
}

/** `null` decodes to an empty configuration, as in Go. */
function objectOrNothing(parsed: unknown, { file, jsonPath }: ConfPlace): JsonObject {
  if (parsed === null) return {};
  if (isJsonObject(parsed)) return parsed;
  const summary = `plugin configuration: must be an object, not ${jsonType(parsed)}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { file, jsonPath, value: parsed });
}
