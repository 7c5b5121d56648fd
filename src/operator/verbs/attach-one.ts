import { addCircumstances } from '../../errors/add-circumstances.js';
import { asError } from '../../errors/system-error.js';
import type { LibcniWarning, Result } from '../../libcni/index.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import type { NetnsLook } from '../../platform/netns/index.js';
import { type Attachment, type AttachmentToMake, keyOf } from '../attachment.js';
import { type AttachmentKey, checkNames, recordName } from '../attachment-key.js';
import { refuseForeignRecord, refuseRecorded, refuseTakenDown } from '../records/refuse-record.js';
import type { GuardedOptions, OperatorOptions } from '../request/request.js';
import { setOwnBadIntentAside } from '../undo/bad-files.js';
import { beginIntent } from '../undo/begin-intent.js';
import { warnThatIntentStays } from '../undo/intent-stays.js';
import { type CutOffAdd, undoCutOff } from '../undo/undo-cut-off.js';
import type { OperatorContext } from './context.js';
import { settleIntent } from './settle-intent.js';

/** How to attach one network. */
export interface AttachOneOptions extends OperatorOptions {
  /** Whether to run ADD even for a recorded attachment. @default false */
  readonly again?: boolean | undefined;
  /** What was just seen at the path of the namespace. @default it is inspected */
  readonly seen?: NetnsLook | undefined;
  /** Collects the warnings of this attachment. @default they are only emitted as events */
  readonly reported?: LibcniWarning[] | undefined;
}

/**
 * Attaches a container to one network under the lock of the attachment, with its intent in the journal. The caller
 * keeps garbage collection out.
 *
 * @throws LibcniError `ERR_IN_USE` if the attachment exists, `ERR_CONFLICT` if a host port is taken or another attachment
 * has the cache file, `ERR_CACHE` if an intent that may be in the way cannot be read; any error of ADD.
 */
export async function attachOne(
  context: OperatorContext,
  attachment: AttachmentToMake,
  options: AttachOneOptions,
): Promise<Result> {
  const { gate, warnings } = context;
  const key = keyOf(attachment);
  checkNames(key);
  const attach = (lock: HeldLock) =>
    warnings.collect(key, options.reported ?? [], (found) =>
      attachLocked({ context, attachment, options, found, lock }),
    );
  try {
    const outcome = await gate.withLock(key, attach, new Patience(options));
    if ('result' in outcome) return outcome.result;
    throw await undoCutOff(context, outcome, options);
  } catch (error) {
    throw addCircumstances(error, { verb: 'ADD', ...key });
  }
}

interface LockedAttach {
  readonly context: OperatorContext;
  readonly attachment: AttachmentToMake;
  readonly options: AttachOneOptions;
  /** The warnings of this attachment so far. */
  readonly found: readonly LibcniWarning[];
  readonly lock: HeldLock;
}

type Outcome = { readonly result: Result } | CutOffAdd;

async function attachLocked({ context, attachment, found, lock, ...more }: LockedAttach): Promise<Outcome> {
  const key = keyOf(attachment);
  const options = { ...more.options, guard: lock.throwIfLost };
  const isRecorded = options.again === true && refuseForeignRecord(context.records, key) !== undefined;
  if (!isRecorded) await refuseRecorded(context.records, { key, helper: context.helper });
  await undoLeftovers(context, attachment, options);
  const { intent, seen } = await beginIntent(context, attachment, options);
  if (isRecorded) await context.journal.left(key);
  try {
    const result = await add(context, attachment, { ...options, seen });
    if (!lock.isHeld()) refuseTakenDown(context.records, key);
    if (context.lateEnds === undefined) await forget(context, key, lock);
    else context.lateEnds.add(intent);
    return { result };
  } catch (error) {
    if (!lock.isHeld()) return { intent, error: asError(error), wasRecorded: isRecorded };
    const isLeft = leftSomething(error) || (!isRecorded && found.some(isSkippedRollback));
    if (!isLeft && !isRecorded) await context.own.forget(key);
    if (!isLeft) await forget(context, key, lock);
    throw error;
  }
}

/** The outcome of the attachment is settled even if its intent cannot be removed; `recover()` removes it later. */
async function forget(context: OperatorContext, key: AttachmentKey, lock: HeldLock): Promise<void> {
  try {
    lock.throwIfLost();
    await context.journal.end(key);
  } catch (cause) {
    warnThatIntentStays(context, key, cause);
  }
}

async function add(
  { cni, journal, own }: OperatorContext,
  attachment: Attachment,
  { signal, timeoutMs, trace, guard, seen }: GuardedOptions & Pick<AttachOneOptions, 'seen'>,
): Promise<Result> {
  const key = keyOf(attachment);
  await own.note(key);
  // How far it has come is written while the next plugin runs; of the last one, the record tells.
  let toCome = attachment.list.plugins.length;
  let written = Promise.resolve();
  const onResult = async (result: Result) => {
    guard();
    await written;
    toCome -= 1;
    if (toCome > 0) written = journal.progress(key, result);
    written.catch(() => {});
  };
  const { hostNetns } = attachment;
  const options = { signal, timeoutMs, trace, guard, onResult, hostNetns, seen };
  try {
    return await cni.addNetworkList(attachment.list, attachment.rt, options);
  } finally {
    await written.catch(() => {});
  }
}

/** If the rollback failed, the intent stays in the journal for `recover()`. */
function leftSomething(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('rollbackErrors' in error)) return true;
  return Array.isArray(error.rollbackErrors) && error.rollbackErrors.length > 0;
}

/** No rollback over an unreadable record. No other record can exist after the intent was written. */
function isSkippedRollback({ code }: LibcniWarning): boolean {
  return code === 'ROLLBACK_SKIPPED';
}

/** Undoes interrupted ADDs that are in the way: those of the same attachment, or with its cache file. */
async function undoLeftovers(
  context: OperatorContext,
  attachment: Attachment,
  options: GuardedOptions,
): Promise<void> {
  const name = recordName(keyOf(attachment));
  for (const found of await context.journal.list((key) => recordName(key) === name)) {
    if (found.isBad) await setOwnBadIntentAside(context.journal, found.file);
    else if (found.error !== undefined) throw found.error;
    if (found.intent !== undefined) await settleIntent(context, found, options);
  }
}
