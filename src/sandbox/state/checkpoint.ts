import { createHash } from 'node:crypto';
import * as z from 'zod';
import { LibcniError } from '../../errors/libcni-error.js';
import { isJsonObject, parseJson } from '../../libcni/json/parse-json.js';
import { writeJson } from '../../libcni/json/write-json.js';
import { type SandboxRecord, sandboxRecordSchema } from './sandbox-record.js';

/** The text of a checkpoint: canonical JSON with the SHA-256 sum of itself without that sum. */
export function formatCheckpoint(record: SandboxRecord): string {
  return writeJson({ ...record, checksum: checksumOf(record) }, 'checkpoint');
}

/**
 * Reads a checkpoint of this library.
 *
 * @throws LibcniError `ERR_CACHE` where it is corrupt, or of a version that is not known
 */
export function parseCheckpoint(text: string, file: string): SandboxRecord {
  const { checksum, ...rest } = jsonObject(text, file);
  if (checksum !== checksumOf(rest)) throw corrupt('its checksum is that of another one', file);
  const parsed = sandboxRecordSchema().safeParse(rest);
  if (parsed.success) return parsed.data;
  throw corrupt(z.prettifyError(parsed.error), file);
}

function checksumOf(value: object): string {
  return createHash('sha256').update(writeJson(value, 'checkpoint')).digest('hex');
}

function jsonObject(text: string, file: string): Record<string, unknown> {
  const value = parsed(text, file);
  if (!isJsonObject(value)) throw corrupt('it is no object', file);
  return value;
}

function parsed(text: string, file: string): unknown {
  try {
    return parseJson(text, { what: 'checkpoint' });
  } catch (cause) {
    throw corrupt('it is not valid JSON', file, cause);
  }
}

function corrupt(why: string, file: string, cause?: unknown): LibcniError {
  const summary = `the checkpoint of the sandbox is corrupt: ${why}; remove() takes the sandbox away nevertheless`;
  return new LibcniError('ERR_CACHE', summary, { file, cause });
}
