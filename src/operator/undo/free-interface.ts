import { createHash } from 'node:crypto';
import { listCachedAttachments } from '../../libcni/cache/attachments.js';
import { refuseHostNetns } from '../../libcni/netns-before.js';
import { type LockOptions, type LockStore, Patience } from '../../platform/locks/index.js';
import {
  compareIdentities,
  lookAtNetns,
  type NetnsLook,
  type NetnsThere,
} from '../../platform/netns/index.js';
import { type Attachment, type AttachmentToMake, keyOf } from '../attachment.js';
import { type AttachmentKey, isSameAttachment } from '../attachment-key.js';
import type { Records } from '../records/records.js';
import { interfacesThere, type OwnerParts, refuseTakenInterface, taken, whose } from './interface-owners.js';

/** Where to look up the owners of interfaces while making an attachment. */
export interface InterfaceParts extends OwnerParts {
  readonly locks: LockStore;
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

/** Every namespace has `lo` from the start. */
async function refuseInterfaceThere(
  records: Records,
  attachment: Attachment,
  look: NetnsLook,
): Promise<void> {
  const { ifName } = attachment.rt;
  if (ifName === 'lo' || look.state !== 'there' || !look.interfaceIndex) return;
  const owner = await ownerOf(records, attachment, look);
  const known = owner ? whose(owner) : 'exists already, and no record tells whose it is';
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
  const isCandidate = { name: (file: string) => file.endsWith(`-${ifName}`) };
  const recorded = await listCachedAttachments({ cacheDir, foreignFolders: 'allow' }, '', isCandidate);
  const others = recorded.filter((one) => one.ifName === ifName && !isSameAttachment(one, keyOf(attachment)));
  return (
    others.find((one) => compareIdentities(one.netnsIdentity, identity) === 'same') ??
    others.find((one) => one.netns === netns && one.netnsIdentity === undefined)
  );
}
