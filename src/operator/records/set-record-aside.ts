import { recordName } from '../attachment-key.js';
import type { OperatorContext } from '../verbs/context.js';
import type { UnusableRecord } from './recorded-attachment.js';
import { readRecord } from './records.js';

/**
 * Moves a record from which no plugin can be run to `<cache folder>/unreadable/`, with a warning: it would be in the
 * way for ever. The caller has the lock of the attachment.
 */
export async function setRecordAside(
  context: OperatorContext,
  { found, problem }: UnusableRecord,
): Promise<void> {
  const { network, containerId, ifName } = found;
  const name = recordName({ network, containerId, ifName });
  // Somebody may have replaced it before the lock was had.
  if (readRecord(context.records, name)?.config !== found.config) return;
  const file = await context.records.setAside(name, problem.message);
  if (file === undefined) return;
  await context.own.forget(found);
  const message = `${problem.message}; the record was moved to ${file}`;
  context.warnings.warn({
    code: 'CACHE_ENTRY_SET_ASIDE',
    message,
    network,
    containerId,
    ifName,
    file,
    cause: problem,
  });
}
