import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { checkFolders, type ForeignFolders } from '../../files/check-owner.js';
import { StateFolder } from '../../files/state-folder.js';
import { type RuntimeConf, validateAttachment } from '../runtime-conf.js';

/** The default cache folder; the same as Go libcni's. */
export const DEFAULT_CACHE_DIR = '/var/lib/cni';

const MAX_FILE_NAME_BYTES = 255;

/** Identifies a cache file. */
export interface CacheKey {
  /** The folder of the `CNIConfig`. */
  readonly cacheDir: string | undefined;
  readonly foreignFolders?: ForeignFolders | undefined;
  readonly network: string;
  readonly rt: RuntimeConf;
}

/** The cache folder: that of the `CNIConfig`, else that of the `RuntimeConf`, else the default. */
export function cacheFolder({ cacheDir, rt }: Pick<CacheKey, 'cacheDir'> & { rt?: RuntimeConf }): string {
  return cacheDir || rt?.cacheDir || DEFAULT_CACHE_DIR;
}

/** The folder of cache entries. */
export function resultsFolder(
  key: Pick<CacheKey, 'cacheDir' | 'foreignFolders'> & { rt?: RuntimeConf },
): StateFolder {
  const folder = cacheFolder(key);
  const { foreignFolders } = key;
  return new StateFolder(join(folder, 'results'), {
    foreignFolders,
    asideFolder: join(folder, 'unreadable'),
  });
}

/**
 * The name of an attachment's cache file. If it is too long, no such file exists: there is nothing to read or remove.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that cannot be part of a file name.
 */
export function cacheName({ network, rt }: Pick<CacheKey, 'network' | 'rt'>): string {
  validateAttachment(network, rt);
  return `${network}-${rt.containerId}-${rt.ifName}`;
}

/** The path of an attachment's cache file, for messages. */
export function cacheFile(key: CacheKey): string {
  return join(cacheFolder(key), 'results', cacheName(key));
}

/**
 * The path of the cache file for a new attachment.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that cannot be part of a file name, or make it too long;
 * `ERR_PERMISSION` for a cache folder that others may change.
 */
export function newCacheFile(key: CacheKey): string {
  const name = cacheName(key);
  if (Buffer.byteLength(name) > MAX_FILE_NAME_BYTES) {
    const summary = `network name, container id and interface name are longer than a file name may be (${MAX_FILE_NAME_BYTES} bytes)`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { value: name });
  }
  checkFolders([cacheFolder(key)], key.foreignFolders);
  return join(cacheFolder(key), 'results', name);
}
