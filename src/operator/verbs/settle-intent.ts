import type { FoundIntent } from '../journal/journal.js';
import type { GuardedOptions } from '../request/request.js';
import { undoIntent } from '../undo/undo-intent.js';
import type { OperatorContext } from './context.js';

/** What was done about an intent that nobody works on: `file` is where a file that is no intent was moved. */
export type Settled =
  | { readonly did: 'undone' | 'forgotten' }
  | { readonly did: 'setAside'; readonly file: string | undefined };

/**
 * Takes down what an ADD left that was cut short, and forgets its intent. The caller has the lock of the attachment, or
 * that of collections.
 *
 * @throws whatever DEL throws; `ERR_CACHE` where the intent cannot be read for the moment
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
  // An ADD whose result did reach the cache is finished; only its intent is left to forget.
  if (context.records.find(intent) !== undefined) {
    await context.journal.end(intent);
    return { did: 'forgotten' };
  }
  await undoIntent(context, intent, options);
  return { did: 'undone' };
}
