// Port of cacheAdd and cacheDel in Go's libcni/api.go.
import { LibcniError } from '../../errors/libcni-error.js';
import { asError, codeForCause, reasonOf } from '../../errors/system-error.js';
import { refuseTooLarge } from '../../files/read-local-file.js';
import type { CniContext } from '../context.js';
import { debuglog } from '../debug.js';
import { cacheFile, cacheFolder, cacheName, resultsFolder } from './cache-path.js';
import { formatEntry, type NewCacheEntry } from './entry.js';
import { readEntryOfAnother } from './read-cache.js';
import { isUnreadable, setAside } from './set-aside.js';

const debug = debuglog('cache');

/** Where a record is written, and how. */
interface RecordPlace extends Pick<CniContext, 'cacheDir' | 'foreignFolders'> {
  /** Whether it survives a crash of the machine when it is written. @default true */
  readonly sync?: boolean;
}

/**
 * Records an attachment.
 *
 * @returns the path of the record, with links resolved
 * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`
 */
export async function writeCache(
  { cacheDir, foreignFolders, sync = true }: RecordPlace,
  entry: NewCacheEntry,
): Promise<string> {
  const file = cacheFile({ cacheDir, ...entry });
  try {
    const { rt } = entry;
    const tempFolder = cacheFolder({ cacheDir, rt });
    const data = formatEntry(entry);
    const reason = refuseTooLarge(Buffer.byteLength(data));
    if (reason !== undefined) throw reason;
    const folder = resultsFolder({ cacheDir, foreignFolders, rt });
    await folder.write(cacheName(entry), data, { tempFolder, sync });
    debug('recorded %s', file);
    return folder.fileOf(cacheName(entry));
  } catch (cause) {
    const summary = `attachment cannot be recorded: ${reasonOf(cause)}`;
    throw new LibcniError(codeForCause(cause, 'ERR_CACHE'), summary, { file, cause });
  }
}

/**
 * Forgets an attachment. A file that cannot be removed is only a warning, since the attachment itself is gone. The file
 * of another attachment stays, and an unreadable one is set aside.
 *
 * @param options - `isOwn` says that the file was read and belongs to this attachment
 */
export async function removeCache(
  context: CniContext,
  key: Pick<NewCacheEntry, 'network' | 'rt'>,
  { isOwn = false }: { readonly isOwn?: boolean } = {},
): Promise<void> {
  const file = cacheFile({ cacheDir: context.cacheDir, ...key });
  const { containerId, ifName } = key.rt;
  const where = { network: key.network, containerId, ifName, file };
  try {
    const other = isOwn ? undefined : readEntryOfAnother(context, key);
    const message = `${other}; it was left alone`;
    if (other !== undefined) return context.warn({ code: 'CACHE_ENTRY_OF_ANOTHER', message, ...where });
    await resultsFolder({ ...context, rt: key.rt }).remove(cacheName(key));
    debug('forgot %s', file);
  } catch (cause) {
    if (isUnreadable(cause)) {
      await setAside(context, key, { error: cause });
      return;
    }
    const message = `cache entry ${file} cannot be removed: ${asError(cause).message}`;
    context.warn({ code: 'CACHE_ENTRY_NOT_REMOVED', message, cause, ...where });
  }
}
