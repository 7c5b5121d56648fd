import { asError } from '../../errors/system-error.js';
import { addRollbackErrors, withRollbackErrors } from '../../errors/with-rollback-errors.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import type { Intent } from '../journal/intent.js';
import type { GcGate } from '../locks/gc-gate.js';
import type { OperatorOptions } from '../request/request.js';
import { type UndoParts, undoIntent } from './undo-intent.js';

const BUDGET_MS = 30_000;

/** An ADD that failed without its lock, which ended with the native helper. */
export interface CutOffAdd {
  readonly intent: Intent;
  readonly error: Error;
  /** Whether the attachment was recorded before, and was to be made again. */
  readonly wasRecorded: boolean;
}

/**
 * Takes away what such an ADD left, once its lock is had again, with a time budget of its own. Where the intent is not
 * that of this ADD any more, somebody else has done so, and may have made the attachment anew.
 *
 * @returns the failure of the ADD, with those of the undoing in `rollbackErrors`
 */
export async function undoCutOff(
  { gate, ...parts }: UndoParts & { readonly gate: GcGate },
  { intent, error, wasRecorded }: CutOffAdd,
  { trace }: Pick<OperatorOptions, 'trace'>,
): Promise<Error> {
  const limits = { timeoutMs: BUDGET_MS, trace };
  const findOwn = async () => {
    const found = await parts.journal.find(intent);
    return found?.id === intent.id ? found : undefined;
  };
  const undo = async ({ throwIfLost: guard }: HeldLock) => {
    const own = await findOwn();
    if (own === undefined) return;
    if (wasRecorded) return await parts.journal.end(intent);
    await undoIntent(parts, own, { ...limits, guard });
  };
  try {
    // No lock need be waited for to know that it is somebody else's.
    if ((await findOwn()) !== undefined) await gate.withLock(intent, undo, new Patience(limits));
    return withRollbackErrors(error, []);
  } catch (failure) {
    return addRollbackErrors(error, [asError(failure)]);
  }
}
