import { createHash } from 'node:crypto';
import * as z from 'zod';
import { LibcniError } from '../../errors/libcni-error.js';
import { isJsonObject, parseJson } from '../../libcni/json/parse-json.js';
import { writeJson } from '../../libcni/json/write-json.js';
import { type SandboxRecord, sandboxRecordSchema } from './sandbox-record.js';

/** Serialises a checkpoint: canonical JSON with its own SHA-256 checksum. */
export function formatCheckpoint(record: SandboxRecord): string {
  return writeJson({ ...record, checksum: checksumOf(record) }, 'checkpoint');
}

/**
 * Parses a checkpoint of this library.
 *
 * @throws LibcniError `ERR_CACHE` if it is corrupt, or of an unknown version
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
  if (!isJsonObject(value)) throw corrupt('it is not an object', file);
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
  const summary = `the checkpoint of the sandbox is corrupt: ${why}; remove() can still remove the sandbox`;
  return new LibcniError('ERR_CACHE', summary, { file, cause });
}
