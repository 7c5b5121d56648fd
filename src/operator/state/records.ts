import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { codeOf } from '../../errors/system-error.js';
import { readLocalFile } from '../../files/read-local-file.js';
import { type CacheEntry, entryFromJson } from '../../libcni/cache/entry.js';
import { type AttachmentKey, isSameAttachment, recordName } from './attachment-key.js';

/** A cache entry with the names of its attachment. */
export type Recorded = AttachmentKey & CacheEntry;

/** Where the cache has its entries. */
export function recordsFolder(cacheDir: string): string {
  return join(cacheDir, 'results');
}

/**
 * The cache entry in one file; `undefined` where there is none, or none that can be read as one.
 *
 * @throws LibcniError `ERR_CACHE` where the file cannot be read at all.
 */
export function readRecord(cacheDir: string, name: string): Recorded | undefined {
  const text = readText(join(recordsFolder(cacheDir), name));
  if (text === undefined) return undefined;
  try {
    const entry = entryFromJson(JSON.parse(text));
    return entry && entry.ifName !== '' && entry.networkName !== ''
      ? { ...entry, network: entry.networkName }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether an attachment is recorded.
 *
 * @throws LibcniError `ERR_CACHE` where that cannot be told.
 */
export function isRecorded(cacheDir: string, key: AttachmentKey): boolean {
  const record = readRecord(cacheDir, recordName(key));
  return record !== undefined && isSameAttachment(record, key);
}

/** Whether there is anything in the place of a cache entry, readable or not. */
export function isRecordThere(cacheDir: string, name: string): boolean {
  return existsSync(join(recordsFolder(cacheDir), name));
}

function readText(file: string): string | undefined {
  try {
    return readLocalFile(file).toString();
  } catch (cause) {
    // What is no plain file has no code of the system.
    const code = codeOf(cause) ?? 'ENOENT';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LibcniError('ERR_CACHE', 'cache entry cannot be read', { file, cause });
  }
}
