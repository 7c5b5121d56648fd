import { LibcniError } from '../../errors/libcni-error.js';
import type { LibcniWarning, Result } from '../../libcni/index.js';
import type { OperatorContext } from '../context.js';
import { hostPortsOf, type PortOwner, refuseTakenPorts } from '../state/host-ports.js';
import type { Intent } from '../state/journal.js';
import { type Attachment, keyOf } from './attachment.js';
import type { OperatorOptions } from './request.js';
import { undoIntent } from './undo-intent.js';

const PORTS_LOCK = '.host-ports';

/**
 * Attaches a container to one network under the lock of the attachment, with its intent in the journal.
 *
 * @throws LibcniError `ERR_IN_USE` where the attachment exists, `ERR_CONFLICT` where a host port is taken; whatever
 * ADD throws.
 */
export async function attachOne(
  context: OperatorContext,
  attachment: Attachment,
  options: OperatorOptions,
): Promise<Result> {
  const { gate } = context;
  return await gate.withAttachment(
    keyOf(attachment),
    () => attachLocked(context, attachment, options),
    options,
  );
}

async function attachLocked(
  context: OperatorContext,
  attachment: Attachment,
  options: OperatorOptions,
): Promise<Result> {
  const { cni, journal } = context;
  const { list, rt } = attachment;
  await refuseExisting(context, attachment);
  await undoLeftover(context, attachment);
  const intent = intentOf(attachment);
  await begin(context, intent, options);
  try {
    const onResult = (result: Result) => journal.progress({ ...intent, result });
    const result = await cni.addNetworkList(list, rt, { ...options, onResult });
    await journal.end(intent);
    return result;
  } catch (error) {
    if (!leftSomething(error)) await journal.end(intent);
    throw error;
  }
}

/** What could not be rolled back stays in the journal, for `recover()`. */
function leftSomething(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('rollbackErrors' in error)) return true;
  return Array.isArray(error.rollbackErrors) && error.rollbackErrors.length > 0;
}

async function refuseExisting({ cni }: OperatorContext, { list, rt }: Attachment): Promise<void> {
  const recorded = await cni.getCachedAttachments(rt.containerId);
  if (!recorded.some(({ network, ifName }) => network === list.name && ifName === rt.ifName)) return;
  const { containerId, ifName } = rt;
  throw new LibcniError('ERR_IN_USE', 'the attachment exists already', {
    network: list.name,
    containerId,
    ifName,
  });
}

/** An ADD of the same name that was cut short must not be in the way of this one. */
async function undoLeftover(context: OperatorContext, attachment: Attachment): Promise<void> {
  const { network, containerId, ifName } = keyOf(attachment);
  const leftover = (await context.journal.list()).find(
    ({ intent }) =>
      intent?.network === network && intent.containerId === containerId && intent.ifName === ifName,
  );
  if (leftover?.intent) await undoIntent(context, leftover.intent);
}

/** Ports are looked up and the intent that reserves them is written under one short lock; no plugin runs under it. */
async function begin(context: OperatorContext, intent: Intent, options: OperatorOptions): Promise<void> {
  const ports = hostPortsOf(intent.capabilityArgs);
  if (ports.length === 0) return await context.journal.begin(intent);
  const reserve = async () => {
    refuseTakenPorts({ ...intent, ports }, await portOwners(context));
    await context.journal.begin(intent);
  };
  await context.locks.withLock(PORTS_LOCK, reserve, options);
}

async function portOwners({ cni, journal }: OperatorContext): Promise<PortOwner[]> {
  const intents = (await journal.list()).flatMap(({ intent }) => intent ?? []);
  return [...(await cni.getCachedAttachments()), ...intents]
    .map(({ network, containerId, ifName, capabilityArgs }) => {
      return { network, containerId, ifName, ports: hostPortsOf(capabilityArgs) };
    })
    .filter(({ ports }) => ports.length > 0);
}

function intentOf({ list, rt }: Attachment): Intent {
  const { containerId, ifName, netns, args, capabilityArgs } = rt;
  return { network: list.name, containerId, ifName, netns, config: list.bytes, args, capabilityArgs };
}

/** Collects the warnings of the library that concern one container while `use` runs. */
export async function withWarnings<Value>(
  { cni }: OperatorContext,
  id: string,
  use: (warnings: LibcniWarning[]) => Promise<Value>,
): Promise<Value> {
  const warnings: LibcniWarning[] = [];
  const collect = (warning: LibcniWarning) => {
    if (warning.containerId === id) warnings.push(warning);
  };
  cni.on('warning', collect);
  try {
    return await use(warnings);
  } finally {
    cni.off('warning', collect);
  }
}
