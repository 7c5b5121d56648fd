import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import { compareIdentities, type NetnsLook } from '../../platform/netns/index.js';
import type { CniContext } from '../context.js';
import { type AttachmentLookup, type RecordedNetns, readRecordedNetns } from './read-cache.js';

/** What the cache says of an attachment before its ADD. */
export interface Standing {
  /** Whether there is an entry, readable or not. */
  readonly isRecorded: boolean;
  /** Where it was made by its entry; absent where there is none that can be read. */
  readonly recorded?: RecordedNetns | undefined;
  /** Why the entry cannot be read. */
  readonly problem?: string | undefined;
}

/**
 * Looks up what is recorded of an attachment before its ADD begins.
 *
 * @throws LibcniError `ERR_CONFLICT` where another attachment has the cache file.
 */
export function standingOf(context: CniContext, lookup: AttachmentLookup): Standing {
  try {
    const recorded = readRecordedNetns(context, lookup);
    return { isRecorded: recorded !== undefined, recorded };
  } catch (error) {
    if (isOwnError(error) && error.code === 'ERR_CONFLICT') throw error;
    return { isRecorded: true, problem: asError(error).message };
  }
}

/**
 * Why a failed ADD must not be rolled back: an attachment that stands would be taken down. It may where the cache has an
 * entry for the namespace that is there, or one that cannot be read.
 */
export function reasonToSpare(
  { recorded, problem }: Standing,
  { netns, look }: { readonly netns: string; readonly look: NetnsLook },
): string | undefined {
  if (problem !== undefined) return `nobody knows whether the attachment was there before: ${problem}`;
  if (recorded === undefined) return undefined;
  const { netnsIdentity } = recorded;
  if (netnsIdentity !== undefined && look.state === 'none') return undefined;
  const found = look.state === 'there' ? look.identity : undefined;
  const verdict = compareIdentities(netnsIdentity, found);
  const isSame = verdict === 'same' || (verdict === 'unknown' && recorded.netns === netns);
  return isSame ? 'the attachment was there before' : undefined;
}
