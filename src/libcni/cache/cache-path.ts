import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { type RuntimeConf, validateAttachment } from '../runtime-conf.js';

/** Where the cache is when nobody says otherwise; the same as Go libcni's. */
export const DEFAULT_CACHE_DIR = '/var/lib/cni';

const MAX_FILE_NAME_BYTES = 255;

/** Which cache file is meant. */
export interface CacheKey {
  /** The folder of the `CNIConfig`. */
  readonly cacheDir: string | undefined;
  readonly network: string;
  readonly rt: RuntimeConf;
}

/** The cache folder: that of the `CNIConfig`, else that of the `RuntimeConf`, else the default. */
export function cacheFolder({ cacheDir, rt }: Pick<CacheKey, 'cacheDir'> & { rt?: RuntimeConf }): string {
  return cacheDir || rt?.cacheDir || DEFAULT_CACHE_DIR;
}

/**
 * The path of an attachment's cache file.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for names that cannot be part of a file name.
 */
export function cacheFile(key: CacheKey): string {
  validateAttachment(key.network, key.rt);
  return join(cacheFolder(key), 'results', nameOf(key));
}

/**
 * Refuses an attachment that could not be recorded. One that cannot be has no record, which is all that other verbs than
 * ADD need to know.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function refuseLongName(key: CacheKey): void {
  const name = nameOf(key);
  if (Buffer.byteLength(name) > MAX_FILE_NAME_BYTES) {
    const summary = `network name, container id and interface name are longer than a file name may be (${MAX_FILE_NAME_BYTES} bytes)`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { value: name });
  }
}

function nameOf({ network, rt }: CacheKey): string {
  return `${network}-${rt.containerId}-${rt.ifName}`;
}
