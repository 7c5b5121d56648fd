import { asError } from '../../errors/system-error.js';
import { addRollbackErrors, withRollbackErrors } from '../../errors/with-rollback-errors.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import type { Intent } from '../journal/intent.js';
import type { GcGate } from '../locks/gc-gate.js';
import type { OperatorOptions } from '../request/request.js';
import { type UndoParts, undoIntent } from './undo-intent.js';

const BUDGET_MS = 30_000;

/** An ADD that lost its lock, because the native helper ended. */
export interface CutOffAdd {
  readonly intent: Intent;
  readonly error: Error;
  /** Whether the attachment was recorded before and was being made again. */
  readonly wasRecorded: boolean;
}

/**
 * Undoes such an ADD once its lock is taken again, with a time budget of its own. If the intent no longer belongs to this
 * ADD, somebody else has undone it, and may have made the attachment anew.
 *
 * @returns the failure of the ADD, with those of the undo in `rollbackErrors`
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
    // Knowing that it is somebody else's needs no lock.
    if ((await findOwn()) !== undefined) await gate.withLock(intent, undo, new Patience(limits));
    return withRollbackErrors(error, []);
  } catch (failure) {
    return addRollbackErrors(error, [asError(failure)]);
  }
}
