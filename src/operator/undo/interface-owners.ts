import { createHash } from 'node:crypto';
import { LibcniError } from '../../errors/libcni-error.js';
import { listCachedAttachments } from '../../libcni/cache/attachments.js';
import { claimantOf } from '../../libcni/cache/interface-claims.js';
import { refuseHostNetns } from '../../libcni/netns-before.js';
import type { HelperClient } from '../../platform/helper/index.js';
import { type LockOptions, type LockStore, Patience } from '../../platform/locks/index.js';
import { lookAtNetns, type NetnsLook, type NetnsThere } from '../../platform/netns/index.js';
import { type Attachment, type AttachmentToMake, keyOf } from '../attachment.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';
import type { Intent } from '../journal/intent.js';
import type { Journal } from '../journal/journal.js';
import { isInNetns, type SeenPath } from '../records/is-in-netns.js';
import type { Records } from '../records/records.js';

/** Where to look up who has which interface. */
interface OwnerParts {
  readonly helper: HelperClient;
  readonly journal: Journal;
  readonly records: Records;
}

/** The same for who is to have one. */
export interface InterfaceParts extends OwnerParts {
  readonly locks: LockStore;
}

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
export async function interfacesThere(parts: OwnerParts, place: ContainerPlace): Promise<InterfaceOwner[]> {
  const { id, look } = place;
  // In this order: an ADD goes from the journal to the records.
  const begun = (await begunIn(parts, place)).filter(
    // What is left where nothing is, is not in the way of another container.
    ({ containerId }) => containerId === id || look.state !== 'none',
  );
  const made: AttachmentKey[] = [];
  if (look.state !== 'none')
    for (const one of await parts.records.ofContainer(id))
      if (await isInNetns(one, place, parts.helper)) made.push(one);
  return [
    ...made.map((one) => ({ ...namesOf(one), isMade: true })),
    ...begun.map((one) => ({ ...namesOf(one), isMade: false })),
  ];
}

/** What is being made in the namespace, or was when its process ended. One that cannot be read is met by whoever needs it. */
async function begunIn({ helper, journal }: OwnerParts, here: SeenPath): Promise<Intent[]> {
  if (here.netns === '') return [];
  const begun: Intent[] = [];
  for (const { key, intent } of await journal.list())
    if (key && intent && (await isInNetns(intent, here, helper))) begun.push(intent);
  return begun;
}

/** How long to wait for locks, and what was at the path of the namespace a moment ago. */
export interface SeenBefore extends LockOptions {
  /** @default it is looked at */
  readonly seen?: NetnsLook | undefined;
}

/** How an interface is used. */
interface InterfaceUse<Value> {
  readonly use: (look: NetnsLook) => Promise<Value>;
  readonly options: SeenBefore;
}

/**
 * Runs `use` where the interface of an attachment is free, and none can take it meanwhile. It gets what there is.
 *
 * @throws LibcniError `ERR_CONFLICT` that names the owner, `ERR_NETNS` for the namespace of the machine, `ERR_CACHE`,
 * those of locks
 */
export async function withFreeInterface<Value>(
  parts: InterfaceParts,
  attachment: AttachmentToMake,
  { use, options }: InterfaceUse<Value>,
): Promise<Value> {
  const { helper, locks } = parts;
  const { netns, containerId: id, ifName: interfaceName } = attachment.rt;
  const question = { path: netns, interfaceName, signal: options.signal };
  const useIfFree = async () => {
    const look = await lookAtNetns(helper, question);
    const lockNow = lockOfNetns(netns, look);
    // Another namespace has come to the path meanwhile.
    if (lockNow !== lock) return { lock: lockNow };
    refuseHostNetns(look, netns, attachment);
    refuseTakenInterface(attachment, await interfacesThere(parts, { id, netns, look }));
    if (attachment.existingInterface !== 'allow') await refuseInterfaceThere(parts.records, attachment, look);
    return { value: await use(look) };
  };
  const patience = new Patience(options);
  let lock = lockOfNetns(netns, options.seen ?? (await lookAtNetns(helper, question)));
  for (;;) {
    const outcome = await locks.withLock(lock, useIfFree, patience);
    if ('value' in outcome) return outcome.value;
    lock = outcome.lock;
  }
}

/** The name of the lock of a namespace, which is the same whatever path leads to it. */
function lockOfNetns(path: string, look: NetnsLook): string {
  if (look.state === 'there') return `.netns-${look.place}`;
  return `.netns-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
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
  records: Records,
  attachment: Attachment,
  look: NetnsLook,
): Promise<void> {
  const { ifName } = attachment.rt;
  if (ifName === 'lo' || look.state !== 'there' || !look.interfaceIndex) return;
  const owner = await ownerOf(records, attachment, look);
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
  { cacheDir }: Records,
  attachment: Attachment,
  { identity }: NetnsThere,
): Promise<AttachmentKey | undefined> {
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
