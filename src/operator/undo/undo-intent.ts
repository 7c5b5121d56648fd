import { isOwnError } from '../../errors/own-error.js';
import { untilOrphansEnd } from '../../libcni/exec/orphans.js';
import { type CNIConfig, networkConfFromBytes } from '../../libcni/index.js';
import { Operation } from '../../libcni/operation.js';
import { recordName } from '../attachment-key.js';
import type { Intent } from '../journal/intent.js';
import type { OwnAttachments } from '../records/own-attachments.js';
import { refuseForeignRecord } from '../records/refuse-record.js';
import type { GuardedOptions } from '../request/request.js';
import { rtToTakeDown, type TakeDownParts } from './rt-to-take-down.js';

/** The longest time to wait for leftovers of an ADD, whatever the caller's limit. */
const LONGEST_UNDO_MS = 60_000;

/** What is needed to undo an ADD. */
export interface UndoParts extends TakeDownParts {
  readonly cni: CNIConfig;
  readonly own: OwnAttachments;
}

/** How to undo an ADD. */
export interface UndoOptions extends GuardedOptions {
  /** Allows the namespace of the machine. @default false */
  readonly hostNetns?: boolean | undefined;
}

/**
 * Undoes an ADD that never reached the cache, and forgets it. The caller holds the lock.
 *
 * @throws LibcniError `ERR_CONFLICT` if another attachment has the cache file now, `ERR_TIMEOUT` after `timeoutMs`, or after a
 * minute at the latest; any error of DEL.
 */
export async function undoIntent(parts: UndoParts, intent: Intent, options: UndoOptions): Promise<void> {
  try {
    await undo(parts, intent, options);
  } catch (error) {
    const { network, containerId, ifName } = intent;
    throw isOwnError(error) ? error.with({ verb: 'DEL', network, containerId, ifName }) : error;
  }
}

async function undo(
  parts: UndoParts,
  intent: Intent,
  { signal, timeoutMs = LONGEST_UNDO_MS, trace, guard, hostNetns }: UndoOptions,
): Promise<void> {
  const { cni, journal, own } = parts;
  refuseForeignRecord(parts.records, intent);
  await parts.records.removeEmpty(recordName(intent));
  const operation = new Operation({ timeoutMs: Math.min(timeoutMs, LONGEST_UNDO_MS), signal, trace, guard });
  const { network, containerId, ifName, netns, args, capabilityArgs, netnsIdentity } = intent;
  const list = networkConfFromBytes(intent.config);
  const pluginTypes = list.plugins.map(({ network }) => network.type);
  await untilOrphansEnd({ containerId, ifName, pluginTypes }, operation);
  const prevResult = await journal.lastResult(intent);
  const begun = { containerId, ifName, args, capabilityArgs, netns };
  const failedAdd = { interfaceIndex: intent.interfaceIndex, hasResult: prevResult !== undefined };
  const leaving = { network, rt: begun, paths: [netns], netnsIdentity, failedAdd, hostNetns };
  const { rt, seen } = await rtToTakeDown(parts, leaving, operation.next());
  const delOptions = { prevResult, hostNetns, seen, ...operation.remaining() };
  await cni.delNetworkList(list, rt, delOptions);
  guard();
  await own.forget(intent);
  await journal.end(intent);
}
