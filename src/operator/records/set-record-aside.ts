import { recordName } from '../attachment-key.js';
import type { WarningCollector } from '../warning-collector.js';
import type { OwnAttachments } from './own-attachments.js';
import type { UnusableRecord } from './recorded-attachment.js';
import type { Records } from './records.js';

/** Where attachments are recorded. */
interface Account {
  readonly records: Records;
  readonly own: OwnAttachments;
  readonly warnings: WarningCollector;
}

/**
 * Moves a record that is useless for running plugins to `<cache folder>/unreadable/`, with a warning, since it would be
 * in the way forever. The caller holds the lock of the attachment.
 */
export async function setRecordAside(
  { records, own, warnings }: Account,
  { found, problem }: UnusableRecord,
): Promise<void> {
  const { network, containerId, ifName } = found;
  const name = recordName({ network, containerId, ifName });
  // Somebody may have replaced it before the lock was taken.
  if (records.read(name)?.config !== found.config) return;
  const file = await records.setAside(name, problem.message);
  if (file === undefined) return;
  await own.forget(found);
  const message = `${problem.message}; the record was moved to ${file}`;
  warnings.warn({
    code: 'CACHE_ENTRY_SET_ASIDE',
    message,
    network,
    containerId,
    ifName,
    file,
    cause: problem,
  });
}
