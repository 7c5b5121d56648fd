import { asError } from '../../errors/system-error.js';
import { withRollbackErrors } from '../../errors/with-rollback-errors.js';
import type { OperatorContext } from '../context.js';
import type { Intent } from '../state/intent.js';
import type { HeldLock } from '../state/lock-store.js';
import { Patience } from '../state/patience.js';
import { isRecorded } from '../state/records.js';
import type { OperatorOptions } from './request.js';
import { undoIntent } from './undo-intent.js';

const BUDGET_MS = 30_000;

/** An ADD that failed without its lock, which ended with the native helper. */
export interface CutOffAdd {
  readonly intent: Intent;
  readonly error: Error;
}

/**
 * Takes away what such an ADD left, once its lock is had again, with a time budget of its own. Where the intent is not
 * that of this ADD any more, somebody else has done so, and may have made the attachment anew.
 *
 * @returns the failure of the ADD, with those of the undoing in `rollbackErrors`
 */
export async function undoCutOff(
  context: OperatorContext,
  { intent, error }: CutOffAdd,
  { trace }: Pick<OperatorOptions, 'trace'>,
): Promise<Error> {
  const limits = { timeoutMs: BUDGET_MS, trace };
  const undo = async ({ throwIfLost: guard }: HeldLock) => {
    const current = await context.journal.find(intent);
    if (current === undefined || current.id !== intent.id) return;
    // It was recorded before, and was to be made again.
    if (isRecorded(context.cacheDir, intent)) return await context.journal.end(intent);
    await undoIntent(context, current, { ...limits, guard });
  };
  const errors: Error[] = [];
  try {
    await context.gate.withLock(intent, undo, new Patience(limits));
  } catch (failure) {
    errors.push(asError(failure));
  }
  return withRollbackErrors(error, errors);
}
