import { createHash } from 'node:crypto';
import { LibcniError } from '../../errors/libcni-error.js';
import {
  interfacesOfContainer,
  isSamePlace,
  type Leaving,
  realPlace,
  wasThere,
} from '../../libcni/cache/interface-owner.js';
import type { RuntimeConf } from '../../libcni/index.js';
import { sparingOthers } from '../../libcni/sparing-others.js';
import type { OperatorContext } from '../context.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../state/attachment-key.js';
import { type LockOptions, Patience } from '../state/patience.js';
import { type Attachment, keyOf } from './attachment.js';

/** What has, or may have, an interface in a namespace. */
interface InterfaceOwner extends AttachmentKey {
  /** Whether it is made; else it is being made, or was when its process ended. */
  readonly isMade: boolean;
}

/**
 * The attachments of a container that have interfaces in its namespace, by their records, and whatever is being made
 * there.
 *
 * @throws LibcniError `ERR_CACHE` where they cannot be listed
 */
export async function interfacesThere(
  context: OperatorContext,
  { id, netns }: { readonly id: string; readonly netns: string },
): Promise<InterfaceOwner[]> {
  // In this order: an ADD goes from the journal to the records.
  const begun: AttachmentKey[] = [];
  for (const one of await begunAt(context, netns)) {
    // What is left of an earlier namespace is not in the way of another container.
    if (one.containerId === id || (await wasThere(netns, one.begunMs))) begun.push(one);
  }
  const made = await interfacesOfContainer({ cacheDir: context.cacheDir, netns }, id);
  return [
    ...made.map((names) => ({ ...names, isMade: true })),
    ...begun.map((names) => ({ ...names, isMade: false })),
  ];
}

/**
 * Runs `use` where no other attachment of the container has the interface of this one, and none can take it meanwhile.
 *
 * @throws LibcniError `ERR_CONFLICT` that names the owner, `ERR_CACHE`, those of locks
 */
export async function withFreeInterface<Value>(
  context: OperatorContext,
  attachment: Attachment,
  { use, options }: { readonly use: () => Promise<Value>; readonly options: LockOptions },
): Promise<Value> {
  const { netns, containerId } = attachment.rt;
  const useIfFree = async () => {
    refuseTakenInterface(attachment, await interfacesThere(context, { id: containerId, netns }));
    return await use();
  };
  const lock = lockOf(await realPlace(netns));
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
  const summary = `interface ${key.ifName} in ${attachment.rt.netns} is that of container ${owner.containerId} on network ${owner.network}${hint}`;
  throw new LibcniError('ERR_CONFLICT', summary, { value: key.ifName, ...key });
}

/** An attachment that is to be taken down. */
interface LeavingAttachment {
  readonly key: AttachmentKey;
  readonly rt: RuntimeConf;
  /** What is known of an ADD that never came to a record. @default nothing */
  readonly cutShort?: Pick<Leaving, 'begunMs' | 'hasResult'> | undefined;
}

/** The attachment as DEL is to get it: without its namespace where another one has the interface there by now. */
export async function sparingInterface(
  context: OperatorContext,
  { key: { network }, rt, cutShort }: LeavingAttachment,
): Promise<RuntimeConf> {
  const { cacheDir, warnings } = context;
  const begun = (await begunAt(context, rt.netns)).filter(({ ifName }) => ifName === rt.ifName);
  const warn = warnings.warn.bind(warnings);
  return await sparingOthers({ cacheDir, warn }, { network, rt, begun, cutShort });
}

interface BegunAttachment extends AttachmentKey {
  readonly begunMs: number;
}

/** One that cannot be read is met by whoever needs it. */
async function begunAt({ journal }: OperatorContext, netns: string): Promise<BegunAttachment[]> {
  if (netns === '') return [];
  const begun: BegunAttachment[] = [];
  for (const { key, intent } of await journal.list())
    if (key && intent && (await isSamePlace(intent.netns, netns)))
      begun.push({ ...key, begunMs: intent.begunMs ?? 0 });
  return begun;
}

function lockOf(netns: string): string {
  return `.netns-${createHash('sha256').update(netns).digest('hex').slice(0, 32)}`;
}
