import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import { compareIdentities, type NetnsLook } from '../../platform/netns/index.js';
import type { CniContext } from '../context.js';
import { type AttachmentLookup, type AttachmentOrigin, readOrigin } from './read-cache.js';

/** What the cache says about an attachment before its ADD. */
export interface Standing {
  /** Whether there is an entry, readable or not. */
  readonly isRecorded: boolean;
  /** The namespace in its entry; absent without a readable entry. */
  readonly recorded?: AttachmentOrigin | undefined;
  /** Why the entry cannot be read. */
  readonly problem?: string | undefined;
}

/**
 * Looks up the record of an attachment before its ADD starts.
 *
 * @throws LibcniError `ERR_CONFLICT` if another attachment has the cache file.
 */
export function standingOf(context: CniContext, lookup: AttachmentLookup): Standing {
  try {
    const recorded = readOrigin(context, lookup);
    return { isRecorded: recorded !== undefined, recorded };
  } catch (error) {
    if (isOwnError(error) && error.code === 'ERR_CONFLICT') throw error;
    return { isRecorded: true, problem: asError(error).message };
  }
}

/**
 * Why a failed ADD must not be rolled back: that would remove an existing attachment. One may exist if the cache has an
 * entry for the current namespace, or an unreadable entry.
 */
export function reasonToSpare(
  { recorded, problem }: Standing,
  { netns, look }: { readonly netns: string; readonly look: NetnsLook },
): string | undefined {
  if (problem !== undefined) return `it is unknown whether the attachment existed before: ${problem}`;
  if (recorded === undefined) return undefined;
  const { netnsIdentity } = recorded;
  if (netnsIdentity !== undefined && look.state === 'none') return undefined;
  const found = look.state === 'there' ? look.identity : undefined;
  const verdict = compareIdentities(netnsIdentity, found);
  const isSame = verdict === 'same' || (verdict === 'unknown' && recorded.netns === netns);
  return isSame ? 'the attachment existed before' : undefined;
}
