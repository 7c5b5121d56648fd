// Port of InjectConf in Go's libcni/conf.go.

import { objectField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isJsonObject, type JsonObject, jsonType, parseJson } from '../json/parse-json.js';
import { joinMembers, type WrittenMembers, writeMembers, writeMembersInTurns } from '../json/write-json.js';
import { pluginSchema } from './conf-fields.js';
import { networkPluginConfFromBytes } from './plugin-conf.js';
import type { PluginConfig } from './types.js';

const WHAT = 'plugin configuration';

/**
 * Copies a plugin's configuration with additional top-level keys. Existing keys are replaced.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an empty key, a missing value, or a configuration that becomes
 * invalid.
 */
export function injectConf(original: PluginConfig, newValues: Readonly<JsonObject>): PluginConfig {
  parseArgument(pluginSchema(), original, 'plugin');
  parseArgument(objectField(), newValues, 'newValues');
  return networkPluginConfFromBytes(injectMembers(original, membersToInject(newValues)));
}

/** Values to inject, serialised once for many configurations. */
export function membersToInject(newValues: Readonly<JsonObject>): WrittenMembers {
  refuseMissing(newValues);
  return writeMembers(newValues, WHAT);
}

/** {@link membersToInject} for values that may be large: others have their turn meanwhile. */
export async function membersToInjectInTurns(newValues: Readonly<JsonObject>): Promise<WrittenMembers> {
  refuseMissing(newValues);
  return await writeMembersInTurns(newValues, WHAT);
}

function refuseMissing(newValues: Readonly<JsonObject>): void {
  for (const [key, value] of Object.entries(newValues)) {
    if (key === '') throw new LibcniError('ERR_CONF_INVALID', 'a key to inject must not be empty');
    if (value === null || value === undefined) {
      throw new LibcniError('ERR_CONF_INVALID', `the value to inject for "${key}" is missing`, { value });
    }
  }
}

/** Only the JSON of {@link injectConf}, for callers that pass it to a plugin immediately. */
export function injectMembers(plugin: PluginConfig, ...values: readonly WrittenMembers[]): string {
  const members = new Map(membersOf(plugin));
  for (const written of values) for (const [key, text] of written) members.set(key, text);
  return joinMembers(members);
}

interface KnownMembers {
  /** The JSON they were read from: a caller may have changed it on the object. */
  readonly bytes: string;
  readonly members: WrittenMembers;
}

/** Values are injected for every plugin run, usually into the same configuration. */
const knownMembers = new WeakMap<PluginConfig, KnownMembers>();

function membersOf(plugin: PluginConfig): WrittenMembers {
  const known = knownMembers.get(plugin);
  if (known?.bytes === plugin.bytes) return known.members;
  const { bytes } = plugin;
  const members = writeMembers(parseOriginal(bytes), WHAT);
  knownMembers.set(plugin, { bytes, members });
  return members;
}

function parseOriginal(bytes: string): JsonObject {
  const parsed = parseJson(bytes, { what: WHAT });
  if (isJsonObject(parsed)) return parsed;
  throw new LibcniError('ERR_CONF_INVALID', `${WHAT}: must be an object, not ${jsonType(parsed)}`, {
    jsonPath: '$',
    value: parsed,
  });
}
