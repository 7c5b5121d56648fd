import { addCircumstances } from '../../errors/add-circumstances.js';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { asError } from '../../errors/system-error.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import { type Attachment, keyOf } from '../attachment.js';
import type { AttachmentKey } from '../attachment-key.js';
import { networkNamed } from '../conf-store/index.js';
import { isUnusable, type UnusableRecord } from '../records/recorded-attachment.js';
import { warnOfForeignRecord } from '../records/refuse-record.js';
import { setRecordAside } from '../records/set-record-aside.js';
import { withAbsoluteNetns } from '../request/pod-request.js';
import type { GuardedOptions, OperatorOptions, TargetRequest } from '../request/request.js';
import { validateNames } from '../request/validate-names.js';
import { setAsideAttachments, setOwnBadIntentAside } from '../undo/bad-files.js';
import { undoIntent } from '../undo/undo-intent.js';
import { type OperatorContext, recordOf } from './context.js';
import { takeDown } from './take-down.js';
import { findTargets, isMeant } from './targets.js';
import { withCriDefault } from './with-cri-default.js';

/**
 * Detaches a container from the selected networks, continuing after failures. Also undoes interrupted ADDs of the
 * container. Garbage collection waits meanwhile. A running attach of the same container is not stopped: this waits for
 * the network being attached and removes it, but networks attached later stay.
 *
 * @throws LibcniAggregateError with every failure; LibcniError `ERR_LOCKED`, `ERR_ABORTED`, `ERR_TIMEOUT` if a
 * garbage collection did not end in time, `ERR_CACHE`, `ERR_PERMISSION`, `ERR_HELPER` if nothing could start,
 * `ERR_CONF_INVALID` for invalid names and limits.
 */
export async function detach(
  context: OperatorContext,
  request: TargetRequest,
  options: OperatorOptions,
): Promise<void> {
  validateNames(request);
  const target = withAbsoluteNetns(request);
  try {
    await context.gate.withWork(() => detachAll(context, target, options), new Patience(options));
  } catch (error) {
    throw addCircumstances(error, { verb: 'DEL', containerId: request.id });
  }
}

async function detachAll(
  context: OperatorContext,
  given: TargetRequest,
  options: OperatorOptions,
): Promise<void> {
  const errors: Error[] = [];
  const request = (await collect(errors, () => withCriDefault(context, given))) ?? given;
  // An ADD goes from the journal to the records: read in this order, it is found in one of them.
  const begun = (await collect(errors, () => begunAttachments(context, request))) ?? [];
  const targets = (await collect(errors, () => findTargets(context, request))) ?? [];
  for (const target of targets) {
    await collect(errors, () =>
      isUnusable(target) ? giveUp(context, target, options) : detachOne(context, target, options),
    );
  }
  for (const key of begun) await collect(errors, () => undoCutShort(context, { request, key }, options));
  if (errors.length > 0)
    throw new LibcniAggregateError(errors, `container ${request.id} is not completely detached`);
}

/**
 * Runs DEL under the lock of the attachment, from its current record: it may have been made while waiting for the lock. A
 * record without a usable configuration does not matter if the caller knows the configuration. The caller keeps garbage
 * collection out.
 */
export async function detachOne(
  context: OperatorContext,
  target: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const key = keyOf(target);
  const del = async ({ throwIfLost: guard }: HeldLock) => {
    // The attachment does not exist, or its file was taken by a program that does not use this library's locks.
    if (warnOfForeignRecord(context.records, key, context.warnings)) return;
    const found = recordOf(context, key);
    const { hostNetns } = target;
    const attachment = found === undefined || isUnusable(found) ? target : { ...found, hostNetns };
    await takeDown(context, attachment, { ...options, guard, netns: target.rt.netns });
  };
  try {
    await context.gate.withLock(key, del, new Patience(options));
  } catch (error) {
    throw addCircumstances(error, { verb: 'DEL', ...key });
  }
}

/** No plugin can ever run for such a record. */
async function giveUp(
  context: OperatorContext,
  record: UnusableRecord,
  options: OperatorOptions,
): Promise<void> {
  const setAside = () => setRecordAside(context, record);
  await context.gate.withLock(record.found, setAside, new Patience(options));
}

/**
 * The selected ADDs of the container in the journal, whoever started them, without those that are recorded already. An
 * unreadable entry may be one.
 */
async function begunAttachments(context: OperatorContext, request: TargetRequest): Promise<AttachmentKey[]> {
  const isWanted = (key: AttachmentKey) => key.containerId === request.id && isMeant(context, key, request);
  const found = await context.journal.list(isWanted);
  const isRecorded = (key: AttachmentKey) => context.records.find(key) !== undefined;
  const begun = found.flatMap(({ key, intent, error }) =>
    key && (error ?? (intent && !isRecorded(key))) ? [key] : [],
  );
  return [...begun, ...(await setAsideAttachments(request.id, context)).filter(isWanted)];
}

async function undoCutShort(
  context: OperatorContext,
  begun: BegunAttachment,
  options: OperatorOptions,
): Promise<void> {
  const undo = ({ throwIfLost: guard }: HeldLock) => undoNow(context, begun, { ...options, guard });
  await context.gate.withLock(begun.key, undo, new Patience(options));
}

interface BegunAttachment {
  readonly request: TargetRequest;
  readonly key: AttachmentKey;
}

/** Before the lock was taken, the ADD may have been finished, undone, or started again. */
async function undoNow(
  context: OperatorContext,
  { request, key }: BegunAttachment,
  options: GuardedOptions,
): Promise<void> {
  const begun = await context.journal.look(key);
  if (begun?.isBad) await setOwnBadIntentAside(context.journal, begun.file);
  else if (begun?.error !== undefined) throw begun.error;
  const { hostNetns } = request;
  if (begun?.intent !== undefined) return await undoIntent(context, begun.intent, { ...options, hostNetns });
  const record = recordOf(context, key);
  if (record === undefined) return await takeNotedDown(context, { request, key }, options);
  if (isUnusable(record)) return await setRecordAside(context, record);
  await takeDown(context, { ...record, hostNetns }, { ...options, netns: request.netns });
}

/** Only the name of the attachment is left: the current configuration is the best choice for it. */
async function takeNotedDown(
  context: OperatorContext,
  { request, key }: BegunAttachment,
  options: GuardedOptions,
): Promise<void> {
  const list = networkNamed(context.store.snapshot(), key.network)?.list;
  if (list === undefined || !context.own.isNoted(key)) return;
  const { containerId, ifName } = key;
  const rt = { containerId, ifName, netns: request.netns ?? '' };
  await takeDown(context, { list, rt }, { ...options, netns: request.netns });
}

/** @returns its result; `undefined` if it failed */
async function collect<Value>(errors: Error[], run: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await run();
  } catch (error) {
    errors.push(asError(error));
    return undefined;
  }
}
