import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { BadFileError } from '../../files/bad-file-error.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import { type CacheEntry, entryFromJson } from '../../libcni/cache/entry.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';

/** A cache entry with the names of its attachment. */
export type Recorded = AttachmentKey & CacheEntry;

/** Where the cache has its entries. */
export function recordsIn(cacheDir: string, options: StateFolderOptions = {}): StateFolder {
  return new StateFolder(join(cacheDir, 'results'), {
    ...options,
    asideFolder: join(cacheDir, 'unreadable'),
  });
}

/**
 * The cache entry in one file; `undefined` where there is none, or none that can be read as one.
 *
 * @throws LibcniError `ERR_CACHE` where the file cannot be read for the moment.
 */
export function readRecord(records: StateFolder, name: string): Recorded | undefined {
  const text = readText(records, name);
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
export function isRecorded(records: StateFolder, key: AttachmentKey): boolean {
  const record = readRecord(records, recordName(key));
  return record !== undefined && isSameAttachment(record, key);
}

/** Why nobody can read what is in the place of a cache entry; `undefined` where that can be read, or is not there. */
export function badRecord(records: StateFolder, name: string): string | undefined {
  try {
    records.read(name);
    return undefined;
  } catch (error) {
    if (error instanceof BadFileError) return error.message;
    return undefined;
  }
}

function readText(records: StateFolder, name: string): string | undefined {
  try {
    return records.read(name)?.toString();
  } catch (cause) {
    if (cause instanceof BadFileError) return undefined;
    if (isOwnError(cause)) throw cause;
    throw new LibcniError('ERR_CACHE', 'cache entry cannot be read', { file: records.fileOf(name), cause });
  }
}
