import { asError } from '../../errors/system-error.js';
import type { LibcniWarning, Result } from '../../libcni/index.js';
import type { OperatorContext } from '../context.js';
import { type AttachmentKey, recordName } from '../state/attachment-key.js';
import { type PortOwner, refuseTakenPorts } from '../state/host-ports.js';
import type { Intent } from '../state/intent.js';
import type { FoundIntent } from '../state/journal.js';
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
  /** Takes the warnings of this attachment. @default they are only events */
  readonly reported?: LibcniWarning[] | undefined;
}

/**
 * Attaches a container to one network under the lock of the attachment, with its intent in the journal. The caller
 * keeps garbage collection away.
 *
 * @throws LibcniError `ERR_IN_USE` where the attachment exists, `ERR_CONFLICT` where a host port is taken or another
 * attachment has the cache file, `ERR_CACHE` where an intent that may be in the way cannot be read; whatever
 * ADD throws.
 */
export async function attachOne(
  context: OperatorContext,
  attachment: Attachment,
  options: AttachOneOptions,
): Promise<Result> {
  const { gate, warnings } = context;
  const key = keyOf(attachment);
  const attach = () =>
    warnings.collect(key, options.reported ?? [], (found) =>
      attachLocked({ context, attachment, options, found }),
    );
  return await gate.withLock(key, attach, new Patience(options));
}

interface LockedAttach {
  readonly context: OperatorContext;
  readonly attachment: Attachment;
  readonly options: AttachOneOptions;
  /** The warnings of this attachment so far. */
  readonly found: readonly LibcniWarning[];
}

async function attachLocked({ context, attachment, options, found }: LockedAttach): Promise<Result> {
  const key = keyOf(attachment);
  const isRecorded = options.again && refuseForeignRecord(context, key) !== undefined;
  if (!isRecorded) refuseRecorded(context, key);
  await undoLeftovers(context, attachment, options);
  await begin(context, attachment, options);
  const result = await add(context, attachment, options).catch(async (error: unknown) => {
    const isLeft = leftSomething(error) || (!isRecorded && found.some(isSkippedRollback));
    if (!isLeft && !isRecorded) await context.own.forget(key);
    if (!isLeft) await forget(context, key);
    throw error;
  });
  await forget(context, key);
  return result;
}

/** What became of the attachment is settled, whether its intent can be forgotten or not; `recover()` forgets it, too. */
async function forget({ journal, warnings }: OperatorContext, key: AttachmentKey): Promise<void> {
  try {
    await journal.end(key);
  } catch (cause) {
    const { network, containerId, ifName } = key;
    const message = `its intent stays behind: ${asError(cause).message}`;
    warnings.warn({ code: 'JOURNAL_ENTRY_NOT_REMOVED', message, network, containerId, ifName, cause });
  }
}

async function add(
  { cni, journal, own }: OperatorContext,
  attachment: Attachment,
  { signal, timeoutMs, trace }: OperatorOptions,
): Promise<Result> {
  const key = keyOf(attachment);
  await own.note(key);
  const onResult = (result: Result) => journal.progress(key, result);
  return await cni.addNetworkList(attachment.list, attachment.rt, { signal, timeoutMs, trace, onResult });
}

/** What could not be rolled back stays in the journal, for `recover()`. */
function leftSomething(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('rollbackErrors' in error)) return true;
  return Array.isArray(error.rollbackErrors) && error.rollbackErrors.length > 0;
}

/** Nothing is rolled back over a record that cannot be read. No other one is there after the intent was begun. */
function isSkippedRollback({ code }: LibcniWarning): boolean {
  return code === 'ROLLBACK_SKIPPED';
}

/** ADDs that were cut short must not be in the way of this one: of the same attachment, or with its cache file. */
async function undoLeftovers(
  context: OperatorContext,
  attachment: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const name = recordName(keyOf(attachment));
  for (const { intent, error } of await context.journal.list((key) => recordName(key) === name)) {
    if (error !== undefined) throw error;
    if (intent !== undefined) await undoIntent(context, intent, options);
  }
}

/**
 * Refuses host ports that others have before anything is made. They are looked up again when they are reserved, since
 * somebody may be quicker.
 *
 * @throws LibcniError `ERR_CONFLICT` that names the owner, `ERR_CACHE`
 */
export async function refusePortsOfOthers(
  context: OperatorContext,
  attachments: readonly Attachment[],
): Promise<void> {
  const wanted = attachments.map(portsOf).filter(({ ports }) => ports.length > 0);
  if (wanted.length === 0) return;
  const owners = await findPortOwners(context);
  for (const one of wanted) refuseTakenPorts(one, owners);
}

function portsOf(attachment: Attachment): PortOwner {
  return {
    ...keyOf(attachment),
    ports: mappedPorts(attachment.list, attachment.rt.capabilityArgs),
  };
}

/** In this order: an ADD goes from the journal to the records. */
async function findPortOwners({ journal, portOwners }: OperatorContext): Promise<PortOwner[]> {
  const begun = ownersIn(await journal.list());
  return [...begun, ...(await portOwners.list())];
}

/** Ports are looked up and the intent that reserves them is written under one short lock; no plugin runs under it. */
async function begin(
  context: OperatorContext,
  attachment: Attachment,
  options: OperatorOptions,
): Promise<void> {
  const { journal, locks } = context;
  const intent = intentOf(attachment);
  const wanted = portsOf(attachment);
  if (wanted.ports.length === 0) return await journal.begin(intent);
  const reserve = async () => {
    refuseTakenPorts(wanted, await findPortOwners(context));
    await journal.begin(intent);
  };
  await locks.withLock(PORTS_LOCK, reserve, new Patience(options));
}

/** @throws LibcniError `ERR_CACHE` where an intent cannot be read: it may have the ports. */
function ownersIn(found: readonly FoundIntent[]): PortOwner[] {
  return found.flatMap(({ key, intent, error }) => {
    if (error !== undefined && key !== undefined) throw error;
    return (intent && portOwner(intent)) ?? [];
  });
}

function intentOf({ list, rt }: Attachment): Intent {
  const { containerId, ifName, netns, args, capabilityArgs } = rt;
  return { network: list.name, containerId, ifName, netns, config: list.bytes, args, capabilityArgs };
}
