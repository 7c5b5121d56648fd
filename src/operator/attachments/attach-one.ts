import type { LibcniWarning, Result } from '../../libcni/index.js';
import type { OperatorContext } from '../context.js';
import { recordName } from '../state/attachment-key.js';
import { refuseTakenPorts } from '../state/host-ports.js';
import type { Intent } from '../state/intent.js';
import { Patience } from '../state/patience.js';
import { mappedPorts, portOwner } from '../state/port-owners.js';
import { type Attachment, keyOf } from './attachment.js';
import { refuseForeignRecord, refuseRecorded } from './refuse-record.js';
import type { OperatorOptions } from './request.js';
import { undoIntent } from './undo-intent.js';

const PORTS_LOCK = '.host-ports';

/** How one network is attached. */
export interface AttachOneOptions extends OperatorOptions {
  /** Run ADD for an attachment that is recorded, too. @default false */
  readonly again?: boolean | undefined;
}

/**
 * Attaches a container to one network under the lock of the attachment, with its intent in the journal.
 *
 * @throws LibcniError `ERR_IN_USE` where the attachment exists, `ERR_CONFLICT` where a host port is taken or another
 * attachment has the cache file; whatever ADD throws.
 */
export async function attachOne(
  context: OperatorContext,
  attachment: Attachment,
  options: AttachOneOptions,
): Promise<Result> {
  const attach = () => attachLocked(context, attachment, options);
  return await context.gate.withAttachment(keyOf(attachment), attach, options);
}

async function attachLocked(
  context: OperatorContext,
  attachment: Attachment,
  options: AttachOneOptions,
): Promise<Result> {
  const key = keyOf(attachment);
  const isRecorded = options.again && refuseForeignRecord(context, key) !== undefined;
  if (!isRecorded) refuseRecorded(context, key);
  await undoLeftovers(context, attachment, options);
  await begin(context, attachment, options);
  return await context.warnings.collect(key.containerId, async (warnings) => {
    try {
      const result = await add(context, attachment, options);
      await context.journal.end(key);
      return result;
    } catch (error) {
      const isLeft = leftSomething(error) || (!isRecorded && warnings.some(isSkippedRollback(attachment)));
      if (!isLeft) await context.journal.end(key);
      throw error;
    }
  });
}

async function add(
  { cni, journal }: OperatorContext,
  attachment: Attachment,
  { signal, timeoutMs, trace }: OperatorOptions,
): Promise<Result> {
  const key = keyOf(attachment);
  const onResult = (result: Result) => journal.progress(key, result);
  return await cni.addNetworkList(attachment.list, attachment.rt, { signal, timeoutMs, trace, onResult });
}

/** What could not be rolled back stays in the journal, for `recover()`. */
function leftSomething(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('rollbackErrors' in error)) return true;
  return Array.isArray(error.rollbackErrors) && error.rollbackErrors.length > 0;
}

/** Nothing is rolled back over a record that cannot be read. No other one is there after the intent was begun. */
function isSkippedRollback({ list, rt }: Attachment): (warning: LibcniWarning) => boolean {
  return ({ code, network, ifName }) =>
    code === 'ROLLBACK_SKIPPED' && network === list.name && ifName === rt.ifName;
}

/** ADDs that were cut short must not be in the way of this one: of the same attachment, or with its cache file. */
async function undoLeftovers(
  context: OperatorContext,
  attachment: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const name = recordName(keyOf(attachment));
  for (const { intent } of await context.journal.list((key) => recordName(key) === name)) {
    if (intent !== undefined) await undoIntent(context, intent, options);
  }
}

/** Ports are looked up and the intent that reserves them is written under one short lock; no plugin runs under it. */
async function begin(
  { journal, locks, portOwners }: OperatorContext,
  attachment: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const intent = intentOf(attachment);
  const ports = mappedPorts(attachment.list, intent.capabilityArgs);
  if (ports.length === 0) return await journal.begin(intent);
  const reserve = async () => {
    const begun = (await journal.list()).flatMap(({ intent: other }) => (other && portOwner(other)) ?? []);
    refuseTakenPorts({ ...keyOf(attachment), ports }, [...(await portOwners.list()), ...begun]);
    await journal.begin(intent);
  };
  await locks.withLock(PORTS_LOCK, reserve, new Patience(options));
}

function intentOf({ list, rt }: Attachment): Intent {
  const { containerId, ifName, netns, args, capabilityArgs } = rt;
  return { network: list.name, containerId, ifName, netns, config: list.bytes, args, capabilityArgs };
}
