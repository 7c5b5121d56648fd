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

/** Where to look up the owners of interfaces. */
interface OwnerParts {
  readonly helper: HelperClient;
  readonly journal: Journal;
  readonly records: Records;
}

/** The same for making an attachment. */
export interface InterfaceParts extends OwnerParts {
  readonly locks: LockStore;
}

/** An attachment that has, or may have, an interface in a namespace. */
export interface InterfaceOwner extends AttachmentKey {
  /** Whether it is complete; else it is in progress, or was when its process ended. */
  readonly isMade: boolean;
}

/** A container and what is at its namespace's path. */
export interface ContainerPlace {
  readonly id: string;
  readonly netns: string;
  readonly look: NetnsLook;
}

/**
 * The attachments of a container that have interfaces in its namespace, from records, and those in progress there.
 *
 * @throws LibcniError `ERR_CACHE` where they cannot be listed
 */
export async function interfacesThere(parts: OwnerParts, place: ContainerPlace): Promise<InterfaceOwner[]> {
  const { id, look } = place;
  // In this order: an ADD goes from the journal to the records.
  const begun = (await begunIn(parts, place)).filter(
    // Without a namespace, leftovers are not in the way of another container.
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

/** Attachments in progress in the namespace, or interrupted. An unreadable intent is reported to whoever needs it. */
async function begunIn({ helper, journal, records }: OwnerParts, here: SeenPath): Promise<Intent[]> {
  if (here.netns === '') return [];
  const begun: Intent[] = [];
  for (const { key, intent } of await journal.list())
    if (key && intent && (await isInNetns(intent, here, helper)) && records.find(key) === undefined)
      begun.push(intent);
  return begun;
}

/** How long to wait for locks, and what was just seen at the namespace's path. */
export interface SeenBefore extends LockOptions {
  /** @default it is inspected */
  readonly seen?: NetnsLook | undefined;
}

/** How to use an interface. */
interface InterfaceUse<Value> {
  readonly use: (look: NetnsLook) => Promise<Value>;
  readonly options: SeenBefore;
}

/**
 * Runs `use` if the interface of an attachment is free, while nobody else can take it. Passes what was seen.
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
    // Another namespace is at the path now.
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

/** The name of the lock of a namespace, the same for every path that leads to it. */
function lockOfNetns(path: string, look: NetnsLook): string {
  if (look.state === 'there') return `.netns-${look.place}`;
  return `.netns-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;
}

/** @throws LibcniError `ERR_CONFLICT` that names the owner */
export function refuseTakenInterface(attachment: Attachment, there: readonly InterfaceOwner[]): void {
  const key = keyOf(attachment);
  // An interrupted ADD with the same cache file has been undone before.
  const isOther = (one: InterfaceOwner) =>
    one.isMade ? !isSameAttachment(one, key) : recordName(one) !== recordName(key);
  const owner = there.find((one) => one.ifName === key.ifName && isOther(one));
  if (owner === undefined) return;
  const hint = owner.isMade ? '' : '; that attach is running, or was interrupted: then recover() removes it';
  throw taken(attachment, `${whose(owner)}${hint}`);
}

/** Every namespace has `lo` from the start. */
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
    : 'there already, and no record tells whose it is';
  throw taken(
    attachment,
    `${known}; choose another name, or set existingInterface: 'allow' if the plugins replace or tune it`,
  );
}

/** By identity if that is recorded, else by path. */
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
