import { syncNow } from '../../files/sync-later.js';
import { recordName } from '../attachment-key.js';
import type { FoundIntent } from '../journal/journal.js';
import type { GuardedOptions } from '../request/request.js';
import { undoIntent } from '../undo/undo-intent.js';
import type { OperatorContext } from './context.js';

/** What was done about an abandoned intent: `file` is where a file that is not an intent was moved. */
export type Settled =
  | { readonly did: 'undone' | 'forgotten' }
  | { readonly did: 'setAside'; readonly file: string | undefined };

/**
 * Undoes an interrupted ADD and forgets its intent. The caller holds the lock of the attachment, or that of collections.
 *
 * @throws any error of DEL; `ERR_CACHE` if the intent cannot be read for now
 */
export async function settleIntent(
  context: OperatorContext,
  { file, key, intent, error, isBad }: FoundIntent,
  options: GuardedOptions,
): Promise<Settled> {
  if (error !== undefined && !isBad) throw error;
  if (intent === undefined || key === undefined) {
    return { did: 'setAside', file: await context.journal.setAside(file, error?.summary) };
  }
  // If its result reached the cache, the ADD is finished; only its intent is left to forget.
  if (context.records.find(intent) !== undefined) {
    await syncNow(context.records.fileOf(recordName(intent)));
    await context.journal.end(intent);
    return { did: 'forgotten' };
  }
  await undoIntent(context, intent, options);
  return { did: 'undone' };
}
