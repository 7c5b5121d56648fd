import type { Circumstances } from '../../errors/circumstances.js';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import { CONTAINERS_AT_ONCE, eachInContainerTurn } from '../../libcni/container-turns.js';
import { BAD_NAMES } from '../../libcni/gc.js';
import type { NetworkAttachment, NetworkConfigList } from '../../libcni/index.js';
import type { HeldLock } from '../../platform/locks/index.js';
import type { AttachmentKey } from '../attachment-key.js';
import type { FoundIntent } from '../journal/journal.js';
import { isUnusable, recordedAttachment } from '../records/recorded-attachment.js';
import { setRecordAside } from '../records/set-record-aside.js';
import type { GuardedOptions, OperatorOptions } from '../request/request.js';
import type { OperatorContext } from './context.js';
import { endedError } from './ended-error.js';
import { isNamed, type LiveAttachments } from './gc-valid.js';
import { settleIntent } from './settle-intent.js';
import { takeDown } from './take-down.js';

const GARBAGE_REMAINS = 'garbage remains';

/** An ADD that has started, according to the journal. */
export interface BegunAttachment extends AttachmentKey {
  readonly found: FoundIntent;
}

/** What a collection removes, and what it leaves alone. */
export interface Collection {
  readonly context: OperatorContext;
  readonly options: OperatorOptions;
  readonly stale: readonly NetworkAttachment[];
  /** Interrupted ADDs. */
  readonly begun: readonly BegunAttachment[];
  readonly live: LiveAttachments;
  readonly willing: readonly NetworkConfigList[];
  /** Keeps all other work on attachments out. */
  readonly lock: HeldLock;
  /** Faults of the request that did not stop it. */
  readonly problems: readonly Error[];
}

/**
 * Removes stale attachments, then lets plugins do the same for what only they know, continuing after failures.
 *
 * @throws LibcniAggregateError with every failure; LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` or `ERR_HELPER`, which end
 * the collection, as the last error if there are others.
 */
export async function takeAllDown(collection: Collection): Promise<void> {
  const errors: Error[] = [];
  try {
    await takeEachDown(collection, errors);
  } catch (ended) {
    if (errors.length === 0) throw ended;
    errors.push(asError(ended));
  }
  const summary = errors.length > 0 ? GARBAGE_REMAINS : BAD_NAMES;
  errors.push(...collection.problems);
  if (errors.length > 0) throw new LibcniAggregateError(errors, summary);
}

async function takeEachDown(
  { context, options, stale, begun, live, willing, lock }: Collection,
  errors: Error[],
): Promise<void> {
  const guarded = { ...options, guard: lock.throwIfLost };
  // An attachment that could not be removed keeps its address until it can.
  const kept: AttachmentKey[] = [];
  await eachInContainerTurn(begun, CONTAINERS_AT_ONCE, async ({ found, ...key }) => {
    const step = { verb: 'DEL', ...key, options, errors, lock } as const;
    if (!(await succeeds(step, () => settleIntent(context, found, guarded)))) kept.push(key);
  });
  await eachInContainerTurn(stale, CONTAINERS_AT_ONCE, async (found) => {
    const { network, containerId, ifName } = found;
    const step = { verb: 'DEL', network, containerId, ifName, options, errors, lock } as const;
    if (!(await succeeds(step, () => takeRecordDown(context, found, guarded)))) kept.push(found);
  });
  for (const list of willing) {
    const remaining = kept.filter(({ network }) => network === list.name);
    const validAttachments = [...live.of(list.name), ...remaining].filter(isNamed);
    const step = { verb: 'GC', network: list.name, options, errors, lock } as const;
    const collect = () => context.cni.gcNetworkList(list, { validAttachments }, guarded);
    await succeeds(step, () => withoutRepeats(remaining, collect));
  }
}

/** Attachments with bad names are not reported to plugins, so the collection of their network finds their records again. */
async function withoutRepeats(
  failed: readonly AttachmentKey[],
  collect: () => Promise<unknown>,
): Promise<void> {
  try {
    await collect();
  } catch (error) {
    if (!(error instanceof LibcniAggregateError)) throw error;
    const errors = error.errors.filter((one) => !failed.some((key) => isDelOf(one, key)));
    if (errors.length > 0) throw new LibcniAggregateError(errors, GARBAGE_REMAINS);
  }
}

function isDelOf(error: Error, { containerId, ifName }: AttachmentKey): boolean {
  return (
    isOwnError(error) && error.verb === 'DEL' && error.containerId === containerId && error.ifName === ifName
  );
}

async function takeRecordDown(
  context: OperatorContext,
  found: NetworkAttachment,
  options: GuardedOptions,
): Promise<void> {
  const recorded = recordedAttachment(found, context.store.snapshot());
  if (isUnusable(recorded)) return await setRecordAside(context, recorded);
  await takeDown(context, recorded, options);
}

/** One step of a collection. */
interface Step extends Circumstances {
  readonly options: OperatorOptions;
  readonly lock: HeldLock;
  /** Failures so far. */
  readonly errors: Error[];
}

/** @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_HELPER`, which end the collection. */
async function succeeds(step: Step, run: () => Promise<unknown>): Promise<boolean> {
  const { options, errors, lock, ...circumstances } = step;
  try {
    lock.throwIfLost();
    await run();
    return true;
  } catch (error) {
    if (!lock.isHeld()) errors.push(...besidesHelper(error));
    lock.throwIfLost(circumstances);
    const { signal } = options;
    if (signal?.aborted) throw endedBy(error, errors, (one) => endedError(one, signal, circumstances));
    errors.push(asError(error));
    return false;
  }
}

/** Failures for other reasons than the end of the helper. */
function besidesHelper(error: unknown): Error[] {
  const failures: readonly Error[] = error instanceof LibcniAggregateError ? error.errors : [asError(error)];
  return failures.filter((one) => !(isOwnError(one) && one.code === 'ERR_HELPER'));
}

/** Some plugins of a network may have failed before the collection was ended. */
function endedBy(error: unknown, errors: Error[], ended: (error: unknown) => LibcniError): LibcniError {
  if (!(error instanceof LibcniAggregateError)) return ended(error);
  const { code } = ended(undefined);
  const failures: readonly Error[] = error.errors;
  const isEnd = (one: Error) => isOwnError(one) && one.code === code;
  errors.push(...failures.filter((one) => !isEnd(one)));
  return ended(failures.find(isEnd));
}
