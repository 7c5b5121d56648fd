// Port of InjectConf in Go's libcni/conf.go.
import { LibcniError } from '../../errors/libcni-error.js';
import { isJsonObject, type JsonObject, jsonType, parseJson } from '../json/parse-json.js';
import { writeJson } from '../json/write-json.js';
import { networkPluginConfFromBytes } from './plugin-conf.js';
import type { PluginConfig } from './types.js';

const WHAT = 'plugin configuration';

/**
 * A copy of a plugin's configuration with further top-level keys; keys that are there already are replaced.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an empty key, a missing value, or a configuration that is invalid
 * afterwards.
 */
export function injectConf(original: PluginConfig, newValues: Readonly<JsonObject>): PluginConfig {
  return networkPluginConfFromBytes(injectIntoText(original.bytes, newValues));
}

/** The text of {@link injectConf} alone, for callers that hand it to a plugin at once. */
export function injectIntoText(bytes: string, newValues: Readonly<JsonObject>): string {
  const values = new Map(Object.entries(parseOriginal(bytes)));
  for (const [key, value] of Object.entries(newValues)) {
    if (key === '') throw new LibcniError('ERR_CONF_INVALID', 'a key to inject must not be empty');
    if (value === null || value === undefined) {
      throw new LibcniError('ERR_CONF_INVALID', `the value to inject for "${key}" is missing`, { value });
    }
    values.set(key, value);
  }
  return writeJson(Object.fromEntries(values), WHAT);
}

function parseOriginal(bytes: string): JsonObject {
  const parsed = parseJson(bytes, { what: WHAT });
  if (isJsonObject(parsed)) return parsed;
  throw new LibcniError('ERR_CONF_INVALID', `${WHAT}: must be an object, not ${jsonType(parsed)}`, {
    jsonPath: '$',
    value: parsed,
  });
}
