import { untilOrphansEnd } from '../../libcni/exec/orphans.js';
import { networkConfFromBytes } from '../../libcni/index.js';
import { Operation } from '../../libcni/operation.js';
import { isNetns } from '../../netns/index.js';
import type { OperatorContext } from '../context.js';
import type { Intent } from '../state/intent.js';
import { refuseForeignRecord } from './refuse-record.js';
import type { OperatorOptions } from './request.js';

const UNDO_TIMEOUT_MS = 60_000;

/**
 * Takes away what an ADD left that never reached the cache, and forgets it. The caller holds the lock.
 *
 * @throws LibcniError `ERR_CONFLICT` where another attachment has the cache file by now; whatever DEL throws.
 */
export async function undoIntent(
  context: OperatorContext,
  intent: Intent,
  { signal }: OperatorOptions = {},
): Promise<void> {
  const { cni, journal } = context;
  refuseForeignRecord(context, intent);
  const { containerId, ifName, args, capabilityArgs, result } = intent;
  const rt = { containerId, ifName, args, capabilityArgs, netns: await livingNetns(context, intent.netns) };
  const list = networkConfFromBytes(intent.config);
  const operation = new Operation({ timeoutMs: UNDO_TIMEOUT_MS, signal });
  await untilOrphansEnd(rt, operation);
  await cni.delNetworkList(list, rt, { prevResult: result, ...operation.next() });
  await journal.end(intent);
}

/** Plugins are given an empty path where the namespace is gone; most of them fail on a path that leads nowhere. */
export async function livingNetns({ helper }: OperatorContext, path: string): Promise<string> {
  return path !== '' && (await isNetns(path, { helper })) ? path : '';
}
