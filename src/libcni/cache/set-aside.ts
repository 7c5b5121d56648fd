import { join } from 'node:path';
import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError, isShortage } from '../../errors/system-error.js';
import { moveAside } from '../../files/move-aside.js';
import type { CniContext } from '../context.js';
import type { Result } from '../result/types.js';
import type { RuntimeConf } from '../runtime-conf.js';
import { cacheFolder } from './cache-path.js';
import {
  type AttachmentLookup,
  type CacheLookup,
  readCachedRecord,
  readEntryOfAnother,
} from './read-cache.js';

/** What the cache has for a DEL. */
export interface EntryForDel {
  readonly result?: Result | undefined;
  /** The namespace that the attachment was made in. */
  readonly netnsIdentity?: string | undefined;
  readonly capabilityArgs?: RuntimeConf['capabilityArgs'];
  /** Whether the entry is unreadable and could not be moved. It stays, and a warning has said so. */
  readonly isStuck?: boolean | undefined;
}

/**
 * The cached result for a DEL. An unreadable entry must not block DEL: it is moved to
 * `<cache folder>/unreadable/`, a warning says so, and DEL goes on without a result.
 *
 * @throws LibcniError `ERR_CACHE` if the process lacks the resources to read a file, `ERR_PERMISSION` if it may not.
 */
export async function readCachedResultOrSetAside(
  context: CniContext,
  lookup: CacheLookup,
): Promise<EntryForDel> {
  try {
    return (await readCachedRecord(context, lookup)) ?? {};
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { isStuck: !(await setAside(context, lookup, { error })) };
  }
}

/** The same for a plan: an unreadable entry is left where it is. */
export async function readCachedResultOrNone(context: CniContext, lookup: CacheLookup): Promise<EntryForDel> {
  try {
    return (await readCachedRecord(context, lookup)) ?? {};
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return {};
  }
}

/** Makes room for the entry of an ADD: an unreadable entry must not be overwritten silently. */
export async function setAsideIfUnreadable(context: CniContext, lookup: AttachmentLookup): Promise<void> {
  try {
    readEntryOfAnother(context, lookup);
  } catch (error) {
    if (isUnreadable(error)) await setAside(context, lookup, { error, otherwise: 'is replaced' });
  }
}

/** Whether the fault is the content of the entry, or that it is not a file. */
export function isUnreadable(error: unknown): error is LibcniError {
  if (!isOwnError(error) || error.code !== 'ERR_CACHE' || !error.file) return false;
  return !isShortage(error.cause);
}

/** Why an entry is in the way. */
export interface Obstacle {
  readonly error: LibcniError;
  /** What happens to the file if it cannot be moved. @default it stays where it is */
  readonly otherwise?: string;
}

/**
 * Moves an unreadable entry to `<cache folder>/unreadable/`, with a warning.
 *
 * @returns whether it was moved; if not, a warning says so
 */
export async function setAside(
  context: CniContext,
  { network, rt }: AttachmentLookup,
  { error, otherwise = 'stays where it is' }: Obstacle,
): Promise<boolean> {
  const from = error.file ?? '';
  const { containerId, ifName } = rt;
  const where = { network, containerId, ifName, cause: error };
  try {
    const to = await moveAside(from, join(cacheFolder({ cacheDir: context.cacheDir, rt }), 'unreadable'));
    const message = `${error.message}; it was moved to ${to}`;
    context.warn({ code: 'CACHE_ENTRY_SET_ASIDE', message, file: to, ...where });
    return true;
  } catch (cause) {
    const message = `${error.message}; it could not be moved (${asError(cause).message}) and ${otherwise}`;
    context.warn({ code: 'CACHE_ENTRY_NOT_SET_ASIDE', message, file: from, ...where });
    return false;
  }
}
