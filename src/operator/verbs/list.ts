import { LibcniError } from '../../errors/libcni-error.js';
import { giveWay } from '../../files/give-way.js';
import { LOOPBACK_NETWORK } from '../attachment-key.js';
import type { Records } from '../records/records.js';
import type { AttachmentFilter } from '../request/request.js';
import { type AttachmentInfo, attachmentInfo } from './attachment-info.js';

/** A container with its attachments. */
export interface ContainerInfo {
  readonly id: string;
  /** Path of its namespace; an empty string if no record has one. */
  readonly netns: string;
  /** When the first attachment was made. */
  readonly since: Date;
  /** In the order in which they were made; at least one. */
  readonly attachments: readonly AttachmentInfo[];
}

/**
 * The recorded attachments, by container and then in the order in which they were made.
 *
 * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if records cannot be read.
 */
export async function listAttachments(records: Records, filter: AttachmentFilter): Promise<AttachmentInfo[]> {
  const found: AttachmentInfo[] = [];
  for (const name of await recordNames(records, filter)) {
    await giveWay();
    const info = await infoIn(records, name);
    if (info && info.network !== LOOPBACK_NETWORK && isWanted(info, filter)) found.push(info);
  }
  return found.sort(byContainerAndTime);
}

/**
 * A container with its attachments.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if it has no record, `ERR_CACHE`, `ERR_PERMISSION`
 */
export async function inspectContainer(records: Records, id: string): Promise<ContainerInfo> {
  const attachments = await listAttachments(records, { id });
  const [first] = attachments;
  if (first === undefined) {
    const summary = `container ${id} is not attached to any network`;
    throw new LibcniError('ERR_NOT_FOUND', summary, { containerId: id });
  }
  const netns = attachments.find((one) => one.netns !== '')?.netns ?? '';
  return { id, netns, since: first.since, attachments };
}

/** The name is checked before the file is opened: there may be thousands. */
async function recordNames(records: Records, { id, network, ifName }: AttachmentFilter): Promise<string[]> {
  const mayBe = (name: string) =>
    (network === undefined || name.startsWith(`${network}-`)) &&
    (ifName === undefined || name.endsWith(`-${ifName}`));
  return (id === undefined ? await records.names() : await records.namesOf(id)).filter(mayBe);
}

/** A record removed meanwhile is skipped. A record is written once, so the time of its file is that of the attach. */
async function infoIn(records: Records, name: string): Promise<AttachmentInfo | undefined> {
  const record = records.read(name);
  if (record === undefined) return undefined;
  const stats = records.status(name);
  return stats && (await attachmentInfo(record, stats.mtime));
}

function isWanted(info: AttachmentInfo, { id, network, ifName, netns }: AttachmentFilter): boolean {
  return (
    (id === undefined || info.id === id) &&
    (network === undefined || info.network === network) &&
    (ifName === undefined || info.ifName === ifName) &&
    (netns === undefined || info.netns === netns)
  );
}

function byContainerAndTime(a: AttachmentInfo, b: AttachmentInfo): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.since.getTime() - b.since.getTime();
}
