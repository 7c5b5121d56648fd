// Port of Go's pkg/types/create and the creator table of pkg/types/internal.

import * as z from 'zod';
import { plainly } from '../../arguments/default-message.js';
import { lazy } from '../../arguments/lazy.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { type PathInWhole, samePath } from '../../arguments/path-in-whole.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { keyFolder } from '../json/fold-keys.js';
import { describeStep, valueAt } from '../json/json-path.js';
import { isJsonObject, type JsonObject, jsonType, parseJson } from '../json/parse-json.js';
import { type CniVersion, SUPPORTED_VERSIONS } from '../version.js';
import { compiledResult020 } from './schema-020.js';
import { compiledResult040 } from './schema-040.js';
import { compiledResult100 } from './schema-100.js';
import type { Result } from './types.js';

const SCHEMAS: Readonly<Record<CniVersion, () => z.ZodType<Result>>> = {
  '0.1.0': compiledResult020,
  '0.2.0': compiledResult020,
  '0.3.0': compiledResult040,
  '0.3.1': compiledResult040,
  '0.4.0': compiledResult040,
  '1.0.0': compiledResult100,
  '1.1.0': compiledResult100,
};

const jsonField = lazy(() => z.string({ error: 'must be a JSON string' }));

const foldVersion = keyFolder(['cniVersion']);

/**
 * Parses a result of the version that it names; without a version, it counts as 0.1.0.
 *
 * @param text - the result as JSON
 * @throws LibcniError `ERR_CONF_INVALID` with the JSON path of what is wrong; `ERR_VERSION` for a version that
 * the library does not support.
 */
export function createResult(text: string): Result {
  parseArgument(jsonField(), text, 'text');
  return resultFromJson(parseJson(text, { what: 'result' }));
}

/** {@link createResult} for an already parsed value. */
export function resultFromJson(parsed: unknown): Result {
  const { raw, version } = versionedResult(parsed);
  return resultOfVersion(raw, version);
}

/** A result that is not checked yet, with the version that it names; without a version, it counts as 0.1.0. */
export function versionedResult(parsed: unknown): { readonly raw: JsonObject; readonly version: string } {
  const raw = expectObject(parsed);
  const { cniVersion } = foldVersion(raw);
  if (cniVersion !== undefined && cniVersion !== null && typeof cniVersion !== 'string') {
    throw new LibcniError('ERR_CONF_INVALID', `result: must be a string, not ${jsonType(cniVersion)}`, {
      jsonPath: '$.cniVersion',
      value: cniVersion,
    });
  }
  return { raw, version: cniVersion || '0.1.0' };
}

/**
 * Checks a result against the schema of a version. The result's own version may differ from it among versions that share
 * the schema.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_VERSION`
 */
export function resultOfVersion(raw: JsonObject, version: string): Result {
  return resultOfPart(raw, version, samePath);
}

/**
 * {@link resultOfVersion} for a result that is too large to be checked in one go. Errors name the place in the whole.
 *
 * @param raw - the result with only a slice of a long array in it
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_VERSION`
 */
export function resultOfPart(raw: JsonObject, version: string, pathInWhole: PathInWhole): Result {
  const known = asCniVersion(version);
  if (known === undefined) throw unsupported(version);
  const folded = foldVersion(raw);
  const own = folded.cniVersion;
  const checked = SCHEMAS[known]().safeParse(own ? folded : { ...folded, cniVersion: known }, plainly);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  if (issue?.path[0] === 'cniVersion') throw unsupported(String(own));
  const path = issue?.path ?? [];
  throw new LibcniError('ERR_CONF_INVALID', `result: ${issue?.message ?? 'is invalid'}`, {
    jsonPath: `$${pathInWhole(path).map(describeStep).join('')}`,
    value: valueAt(raw, path),
  });
}

export function asCniVersion(version: string): CniVersion | undefined {
  return SUPPORTED_VERSIONS.find((supported) => supported === version);
}

/** `null` decodes to an empty result, as in Go. */
function expectObject(parsed: unknown): JsonObject {
  if (parsed === null) return {};
  if (isJsonObject(parsed)) return parsed;
  const summary = `result: must be an object, not ${jsonType(parsed)}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$', value: parsed });
}

function unsupported(version: string): LibcniError {
  return new LibcniError('ERR_VERSION', `unsupported version "${version}" of a result`, { value: version });
}
