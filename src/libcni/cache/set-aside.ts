import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { moveAside } from '../../files/move-aside.js';
import type { CniContext } from '../context.js';
import type { Result } from '../result/types.js';
import { cacheFolder } from './cache-path.js';
import { type CacheLookup, readCachedResult } from './read-cache.js';

/** What a process can run out of for a while; it says nothing about the entry. */
const SHORTAGES = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'];

/**
 * The cached result for a DEL. An unreadable entry must not keep a network from being taken down: it is moved to
 * `<cache folder>/unreadable/`, a warning says so, and DEL goes on without a result.
 *
 * @throws LibcniError `ERR_CACHE` where the process lacks what it takes to read a file.
 */
export async function readCachedResultOrSetAside(
  context: CniContext,
  lookup: CacheLookup,
): Promise<Result | undefined> {
  try {
    return await readCachedResult(context, lookup);
  } catch (error) {
    if (!(error instanceof LibcniError) || error.code !== 'ERR_CACHE' || !error.file) throw error;
    if (isShortage(error.cause)) throw error;
    await setAside(context, lookup, error);
    return undefined;
  }
}

function isShortage(cause: unknown): boolean {
  return hasCode(cause, ...SHORTAGES);
}

async function setAside(
  context: CniContext,
  { network, rt }: CacheLookup,
  error: LibcniError,
): Promise<void> {
  const from = error.file ?? '';
  const folder = join(cacheFolder({ cacheDir: context.cacheDir, rt }), 'unreadable');
  const { containerId, ifName } = rt;
  const warning = { code: 'CACHE_ENTRY_SET_ASIDE', network, containerId, ifName, cause: error } as const;
  try {
    const to = await moveAside(from, folder);
    context.warn({ ...warning, file: to, message: `${error.message}; it was moved to ${to}` });
  } catch (cause) {
    context.warn({
      ...warning,
      file: from,
      message: `${error.message}; it could not be moved: ${String(cause)}`,
    });
  }
}
