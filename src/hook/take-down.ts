import { findRecorded } from '../netns/index.js';
import type { HookContext } from './hook-options.js';
import { type HookRecord, recordedNetns } from './hook-record.js';
import { unpinNamespaces } from './pin-namespaces.js';

/** The default time limit for a removal. */
const TIMEOUT_MS = 30_000;

/**
 * Detaches a container from its hook's record, inside its namespace if that is still pinned, unpins the namespace, and
 * removes the record. After a failure, the rest stays for the next attempt. The caller holds the container's lock.
 *
 * @throws LibcniAggregateError, LibcniError as `detach` of the operator; `ERR_NETNS`, `ERR_CACHE`
 */
export async function takeDown(
  { operator, records, helper }: HookContext,
  record: HookRecord,
  signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<void> {
  const { id, netns } = record;
  const isOther = (await findRecorded(recordedNetns(record), { helper, signal })) === 'another';
  await operator.detach({ id, ...(isOther ? {} : { netns }) }, { signal });
  // Another namespace at that path was put there by somebody else.
  if (!isOther) await unpinNamespaces({ net: netns }, { helper, signal });
  await records.remove(id);
}
