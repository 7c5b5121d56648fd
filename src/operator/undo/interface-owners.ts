import { LibcniError } from '../../errors/libcni-error.js';
import type { HelperClient } from '../../platform/helper/index.js';
import { type Attachment, keyOf } from '../attachment.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';
import type { Intent } from '../journal/intent.js';
import type { Journal } from '../journal/journal.js';
import { isInNetns, type SeenPath } from '../records/is-in-netns.js';
import type { Records } from '../records/records.js';

/** Where to look up the owners of interfaces. */
export interface OwnerParts {
  readonly helper: HelperClient;
  readonly journal: Journal;
  readonly records: Records;
}

/** An attachment that has, or may have, an interface in a namespace. */
export interface InterfaceOwner extends AttachmentKey {
  /** Whether it is complete; else it is in progress, or was when its process ended. */
  readonly isMade: boolean;
}

/** A container and what is at its namespace's path. */
interface ContainerPlace extends SeenPath {
  readonly id: string;
}

/**
 * The attachments of a container that have interfaces in its namespace, from records, and those in progress there.
 *
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if they cannot be listed
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
    ...made.map((one) => ({ ...one, isMade: true })),
    ...begun.map((one) => ({ ...one, isMade: false })),
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

/** The error of an attachment that wants an interface that it cannot have. */
export function taken(attachment: Attachment, what: string): LibcniError {
  const key = keyOf(attachment);
  const summary = `interface ${key.ifName} in ${attachment.rt.netns} ${what}`;
  return new LibcniError('ERR_CONFLICT', summary, { value: key.ifName, ...key });
}

/** Says whose an interface is, for a message. */
export function whose({ containerId, network }: AttachmentKey): string {
  return `belongs to container ${containerId} on network ${network}`;
}
