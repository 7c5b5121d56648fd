import type { Circumstances } from '../../errors/circumstances.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { HelperClient } from '../../platform/helper/index.js';
import { compareIdentities, lookAtNetns } from '../../platform/netns/index.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';
import type { WarningCollector } from '../warning-collector.js';
import type { Recorded, Records } from './records.js';

const LEFT = 'detach() or gc() removes its leftovers';

/** An attachment to make. */
interface ToMake {
  readonly key: AttachmentKey;
  /** Checks whether the namespace of its record exists. */
  readonly helper: HelperClient;
}

/**
 * Refuses to make an attachment that has a record. The caller holds its lock.
 *
 * @throws LibcniError `ERR_IN_USE` that says whether its namespace still exists, `ERR_CONFLICT` if another
 * attachment has the cache file.
 */
export async function refuseRecorded(records: Records, wanted: ToMake): Promise<void> {
  const record = refuseForeignRecord(records, wanted.key);
  if (record === undefined) return;
  const { network, containerId, ifName } = wanted.key;
  const summary = `the attachment exists already: ${await describeStanding(record, wanted)}`;
  throw new LibcniError('ERR_IN_USE', summary, { network, containerId, ifName });
}

/** The identity tells whether the recorded namespace exists, not the path, where another one may be. */
async function describeStanding({ netns, netnsIdentity }: Recorded, { helper }: ToMake): Promise<string> {
  const where = `it is recorded in namespace ${netns || 'of no path'}`;
  const look = await lookAtNetns(helper, { path: netns });
  if (look.state === 'none') return `${where}, which is gone; ${LEFT}`;
  const found = look.state === 'there' ? look.identity : undefined;
  const verdict = compareIdentities(netnsIdentity, found);
  if (verdict === 'another') return `${where}, which is gone: another one is at that path by now; ${LEFT}`;
  if (verdict === 'same') return `${where}, which is still there; detach() takes it down first`;
  return `${where}, and it is unknown whether that is still the same one; call detach() first`;
}

/**
 * Refuses to touch a cache file that belongs to another attachment.
 *
 * @returns the record of this attachment, if there is one
 * @throws LibcniError `ERR_CONFLICT` that names both attachments.
 */
export function refuseForeignRecord(records: Records, key: AttachmentKey): Recorded | undefined {
  const record = records.read(recordName(key));
  if (record === undefined || isSameAttachment(record, key)) return record;
  const { network, containerId, ifName } = key;
  const details = { value: recordName(key), network, containerId, ifName };
  throw new LibcniError('ERR_CONFLICT', describeForeign(record), details);
}

/**
 * Refuses to check an attachment without a record, not even a broken one.
 *
 * @throws LibcniError `ERR_NOT_FOUND`, `ERR_CONFLICT` if another attachment has the cache file.
 */
export function refuseUnrecorded(records: Records, key: AttachmentKey): void {
  const record = refuseForeignRecord(records, key);
  if (record !== undefined || records.status(recordName(key)) !== undefined) return;
  const { network, containerId, ifName } = key;
  throw notAttached({ verb: 'CHECK', network, containerId, ifName });
}

/** The error for an attachment that does not exist. */
export function notAttached(circumstances: Circumstances): LibcniError {
  return new LibcniError('ERR_NOT_FOUND', 'there is no such attachment', circumstances);
}

/**
 * Refuses to continue with an attachment that garbage collection has removed since it was made.
 *
 * @throws LibcniError `ERR_HELPER`: a collection can only run in between if the helper has ended.
 */
export function refuseTakenDown(records: Records, key: AttachmentKey): void {
  if (refuseForeignRecord(records, key) !== undefined) return;
  const { network, containerId, ifName } = key;
  const summary = 'the native helper has ended, and after that garbage collection removed the attachment';
  throw new LibcniError('ERR_HELPER', summary, { network, containerId, ifName });
}

/** Whether a cache file belongs to another attachment. If so, adds a warning. */
export function warnOfForeignRecord(
  records: Records,
  key: AttachmentKey,
  warnings: WarningCollector,
): boolean {
  const file = recordName(key);
  const record = records.read(file);
  if (record === undefined || isSameAttachment(record, key)) return false;
  const { network, containerId, ifName } = key;
  const message = `attachment of container ${containerId} to network ${network} on ${ifName}: ${describeForeign(record)}`;
  warnings.warn({ code: 'CACHE_ENTRY_OF_ANOTHER', message, network, containerId, ifName, file });
  return true;
}

function describeForeign({ network, containerId, ifName }: AttachmentKey): string {
  return `its cache file belongs to container ${containerId} on network ${network} and interface ${ifName}`;
}
