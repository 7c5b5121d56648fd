import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import type { OperatorContext } from '../context.js';
import type { AttachmentKey } from '../state/attachment-key.js';
import { type Attachment, keyOf } from './attachment.js';
import { isUnusable, type UnusableRecord } from './recorded-attachment.js';
import { warnOfForeignRecord } from './refuse-record.js';
import type { OperatorOptions, TargetRequest } from './request.js';
import { setRecordAside } from './set-record-aside.js';
import { findTargets } from './targets.js';
import { undoIntent } from './undo-intent.js';

/**
 * Detaches a container from the networks that are meant, going on over failures. ADDs of the container that were cut
 * short are undone too.
 *
 * @throws LibcniAggregateError with every failure.
 */
export async function detach(
  context: OperatorContext,
  request: TargetRequest,
  options: OperatorOptions,
): Promise<void> {
  const errors: Error[] = [];
  for (const target of await findTargets(context, request)) {
    await collect(errors, () =>
      isUnusable(target) ? giveUp(context, target, options) : detachOne(context, target, options),
    );
  }
  await collect(errors, () => undoCutShort(context, request, options));
  if (errors.length > 0)
    throw new LibcniAggregateError(errors, `container ${request.id} is not wholly detached`);
}

/** DEL under the lock of the attachment. */
export async function detachOne(
  context: OperatorContext,
  target: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const { cni, gate } = context;
  const del = async () => {
    // The attachment is not there, or its file has been taken by somebody who does not know of this library's locks.
    if (warnOfForeignRecord(context, keyOf(target))) return;
    await cni.delNetworkList(target.list, target.rt, options);
  };
  await gate.withAttachment(keyOf(target), del, options);
}

/** Nothing can be run for such a record, today or later. */
async function giveUp(
  context: OperatorContext,
  record: UnusableRecord,
  options: OperatorOptions,
): Promise<void> {
  await context.gate.withAttachment(record.found, () => setRecordAside(context, record), options);
}

async function undoCutShort(
  context: OperatorContext,
  request: TargetRequest,
  options: OperatorOptions,
): Promise<void> {
  const { journal, gate } = context;
  const isMeant = ({ containerId, network }: AttachmentKey) =>
    containerId === request.id && (request.networks?.some(({ name }) => name === network) ?? true);
  for (const { intent } of await journal.list(isMeant)) {
    if (intent === undefined) continue;
    const undo = async () => {
      // It may have been finished or undone by the time the lock was had.
      if ((await journal.find(intent)) !== undefined) await undoIntent(context, intent, options);
    };
    await gate.withAttachment(intent, undo, options);
  }
}

async function collect(errors: Error[], run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    errors.push(error instanceof Error ? error : new Error(String(error)));
  }
}
