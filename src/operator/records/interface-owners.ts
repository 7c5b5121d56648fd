import { LibcniError } from '../../errors/libcni-error.js';
import { listCachedAttachments } from '../../libcni/cache/attachments.js';
import { claimantOf } from '../../libcni/cache/interface-claims.js';
import { refuseHostNetns } from '../../libcni/netns-before.js';
import { type LockOptions, Patience } from '../../platform/locks/index.js';
import type { NetnsLook, NetnsThere } from '../../platform/netns/index.js';
import { type Attachment, type AttachmentToMake, keyOf } from '../attachment.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';
import type { OperatorContext } from '../verbs/context.js';
import { begunIn, isInNetns } from './attachments-in-netns.js';
import { lockOfNetns, lookAt } from './netns-of.js';

/** What has, or may have, an interface in a namespace. */
export interface InterfaceOwner extends AttachmentKey {
  /** Whether it is made; else it is being made, or was when its process ended. */
  readonly isMade: boolean;
}

/** A container and what is at the path of its namespace. */
export interface ContainerPlace {
  readonly id: string;
  readonly netns: string;
  readonly look: NetnsLook;
}

/**
 * The attachments of a container that have interfaces in its namespace, by their records, and whatever is being made
 * there.
 *
 * @throws LibcniError `ERR_CACHE` where they cannot be listed
 */
export async function interfacesThere(
  context: OperatorContext,
  place: ContainerPlace,
): Promise<InterfaceOwner[]> {
  const { id, look } = place;
  // In this order: an ADD goes from the journal to the records.
  const begun = (await begunIn(context, place)).filter(
    // What is left where nothing is, is not in the way of another container.
    ({ containerId }) => containerId === id || look.state !== 'none',
  );
  const made: AttachmentKey[] = [];
  if (look.state !== 'none')
    for (const one of await listCachedAttachments(
      { cacheDir: context.cacheDir, foreignFolders: 'allow' },
      id,
    ))
      if (await isInNetns(context, one, place)) made.push(one);
  return [
    ...made.map((one) => ({ ...namesOf(one), isMade: true })),
    ...begun.map((one) => ({ ...namesOf(one), isMade: false })),
  ];
}

/** How an interface is used. */
interface InterfaceUse<Value> {
  readonly use: (look: NetnsLook) => Promise<Value>;
  readonly options: LockOptions;
}

/**
 * Runs `use` where the interface of an attachment is free, and none can take it meanwhile. It gets what there is.
 *
 * @throws LibcniError `ERR_CONFLICT` that names the owner, `ERR_NETNS` for the namespace of the machine, `ERR_CACHE`,
 * those of locks
 */
export async function withFreeInterface<Value>(
  context: OperatorContext,
  attachment: AttachmentToMake,
  { use, options }: InterfaceUse<Value>,
): Promise<Value> {
  const { netns, containerId: id, ifName: interfaceName } = attachment.rt;
  const question = { path: netns, interfaceName, signal: options.signal };
  const useIfFree = async () => {
    const look = await lookAt(context, question);
    refuseHostNetns(look, netns, attachment);
    refuseTakenInterface(attachment, await interfacesThere(context, { id, netns, look }));
    if (attachment.existingInterface !== 'allow') await refuseInterfaceThere(context, attachment, look);
    return await use(look);
  };
  const lock = lockOfNetns(netns, await lookAt(context, question));
  return await context.locks.withLock(lock, useIfFree, new Patience(options));
}

/** @throws LibcniError `ERR_CONFLICT` that names the owner */
export function refuseTakenInterface(attachment: Attachment, there: readonly InterfaceOwner[]): void {
  const key = keyOf(attachment);
  // What was cut short and has the same cache file is undone before.
  const isOther = (one: InterfaceOwner) =>
    one.isMade ? !isSameAttachment(one, key) : recordName(one) !== recordName(key);
  const owner = there.find((one) => one.ifName === key.ifName && isOther(one));
  if (owner === undefined) return;
  const hint = owner.isMade
    ? ''
    : '; that attach is under way, or was cut short: recover() takes it down then';
  throw taken(attachment, `${whose(owner)}${hint}`);
}

/** Every namespace has `lo` from its beginning. */
async function refuseInterfaceThere(
  context: OperatorContext,
  attachment: Attachment,
  look: NetnsLook,
): Promise<void> {
  const { ifName } = attachment.rt;
  if (ifName === 'lo' || look.state !== 'there' || !look.interfaceIndex) return;
  const owner = await ownerOf(context, attachment, look);
  const known = owner
    ? `there already, and ${whose(owner)}`
    : 'there already, and nobody has recorded whose it is';
  throw taken(
    attachment,
    `${known}; choose another name, or say existingInterface: 'allow' where the plugins replace or tune it`,
  );
}

/** By identity where that is recorded, else by path. */
async function ownerOf(
  context: OperatorContext,
  attachment: Attachment,
  { identity }: NetnsThere,
): Promise<AttachmentKey | undefined> {
  const { cacheDir } = context;
  const { ifName, netns } = attachment.rt;
  const key = keyOf(attachment);
  const claimant = await claimantOf({ cacheDir, ifName, identity }, key);
  if (claimant !== undefined) return claimant;
  const isCandidate = { name: (file: string) => file.endsWith(`-${ifName}`) };
  return (await listCachedAttachments({ cacheDir, foreignFolders: 'allow' }, '', isCandidate)).find(
    (one) => one.ifName === ifName && one.netns === netns && one.netnsIdentity === undefined,
  );
}

function whose({ containerId, network }: AttachmentKey): string {
  return `that of container ${containerId} on network ${network}`;
}

function taken(attachment: Attachment, what: string): LibcniError {
  const key = keyOf(attachment);
  const summary = `interface ${key.ifName} in ${attachment.rt.netns} is ${what}`;
  return new LibcniError('ERR_CONFLICT', summary, { value: key.ifName, ...key });
}

function namesOf({ network, containerId, ifName }: AttachmentKey): AttachmentKey {
  return { network, containerId, ifName };
}
