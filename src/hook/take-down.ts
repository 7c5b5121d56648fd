import type { HookContext } from './hook-options.js';
import type { HookRecord } from './hook-record.js';
import { netnsNumbers } from './own-netns.js';
import { unpinNamespaces } from './pin-namespaces.js';

/** What taking down may take where nobody says how long. */
const TIMEOUT_MS = 30_000;

/**
 * Detaches a container by what its hook has recorded, inside its namespace where that is still kept, lets the namespace go,
 * and forgets the record. What fails leaves the rest for the next attempt. The caller has the container's lock.
 *
 * @throws LibcniAggregateError, LibcniError as `detach` of the operator does; `ERR_NETNS`, `ERR_CACHE`
 */
export async function takeDown(
  { operator, records, helper }: HookContext,
  { id, netns, inode }: HookRecord,
  signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS),
): Promise<void> {
  const there = netnsNumbers(netns);
  const isOther = there !== undefined && inode !== '' && String(there.inode) !== inode;
  await operator.detach({ id, ...(isOther ? {} : { netns }) }, { signal });
  // Another one at that path was put there by somebody else.
  if (!isOther) await unpinNamespaces({ net: netns }, { helper, signal });
  await records.remove(id);
}
