import { LibcniError } from '../../errors/libcni-error.js';
import { asError } from '../../errors/system-error.js';
import type { CniContext } from '../context.js';
import { type AttachmentLookup, readRecordedNetns } from './read-cache.js';

/** What the cache says of an attachment before its ADD. */
export interface Standing {
  /** Whether there is an entry, readable or not. */
  readonly isRecorded: boolean;
  /** Why a failed ADD must not be rolled back: an attachment that stands would be taken down. */
  readonly spared?: string | undefined;
}

/**
 * Looks up whether an attachment stands before its ADD begins. It may where the cache has an entry for the same
 * namespace, or one that cannot be read.
 *
 * @throws LibcniError `ERR_CONFLICT` where another attachment has the cache file.
 */
export function standingOf(context: CniContext, lookup: AttachmentLookup): Standing {
  try {
    const netns = readRecordedNetns(context, lookup);
    const spared = netns === lookup.rt.netns ? 'the attachment was there before' : undefined;
    return { isRecorded: netns !== undefined, spared };
  } catch (error) {
    if (error instanceof LibcniError && error.code === 'ERR_CONFLICT') throw error;
    const why = asError(error).message;
    return { isRecorded: true, spared: `nobody knows whether the attachment was there before: ${why}` };
  }
}
