import { isAbsolute } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { asError } from '../errors/system-error.js';
import { addRollbackErrors } from '../errors/with-rollback-errors.js';
import { findNetnsUsers, findRecorded, keepNetns } from '../netns/index.js';
import { Patience } from '../platform/locks/index.js';
import type { HookContext } from './hook-options.js';
import { type HookRecord, recordedNetns } from './hook-record.js';
import type { HookRequest } from './hook-settings.js';
import type { OciState } from './oci-state.js';
import type { HookOutcome } from './outcome.js';
import { isHostNetns, isSameNetns, type NetnsNumbers, netnsNumbers, requireNetns } from './own-netns.js';
import { isSharedNetns } from './shared-netns.js';
import { takeDown } from './take-down.js';

/** One container to attach. */
export interface Creation {
  readonly state: OciState;
  readonly settings: HookRequest;
  readonly signal: AbortSignal;
}

/** Pins the namespace of a container and attaches it. A failure undoes both. */
export async function createRuntime(context: HookContext, creation: Creation): Promise<HookOutcome> {
  const { state, settings, signal } = creation;
  const source = netnsPath(creation);
  const numbers = requireNetns(source);
  if (isHostNetns(numbers)) return { did: 'nothing', reason: 'host network' };
  if (settings.networks?.length === 0) return { did: 'nothing', reason: 'no networks' };
  if (await isSharedNetns(context, state, numbers)) return { did: 'nothing', reason: 'shared network' };
  return await context.locks.withLock(
    state.id,
    () => attachAlone(context, creation, { source, numbers }),
    new Patience({ signal }),
  );
}

function netnsPath({ state: { pid }, settings: { netns } }: Creation): string {
  if (netns !== undefined) return absolute(netns);
  if (pid) return `/proc/${pid}/ns/net`;
  throw new LibcniError(
    'ERR_CONF_INVALID',
    'the OCI state has no pid, and nothing else names the network namespace',
    {
      jsonPath: '$.pid',
      value: pid,
    },
  );
}

/** It comes from a container's annotations, and the program that serves hooks has another working folder. */
function absolute(netns: string): string {
  if (isAbsolute(netns)) return netns;
  throw new LibcniError('ERR_CONF_INVALID', 'the network namespace must be an absolute path', {
    value: netns,
  });
}

interface Namespace {
  readonly source: string;
  readonly numbers: NetnsNumbers;
}

async function attachAlone(
  context: HookContext,
  creation: Creation,
  namespace: Namespace,
): Promise<HookOutcome> {
  const found = context.records.read(creation.state.id);
  if (found !== undefined) {
    const state = await findRecorded(recordedNetns(found), {
      helper: context.helper,
      signal: creation.signal,
    });
    if (state !== 'another') {
      const isThis = isSameNetns(netnsNumbers(found.netns), namespace.numbers);
      if (isThis && found.networks !== undefined) return { did: 'nothing', reason: 'attached already' };
      if (!isThis) await refuseLiving(found);
    }
    await takeDown(context, found, creation.signal);
  }
  return await attachOrUndo(context, creation, namespace);
}

/** A container of that id whose poststop never ran is only in the way. A living one must not be touched. */
async function refuseLiving({ id, netns }: HookRecord): Promise<void> {
  const numbers = netnsNumbers(netns);
  const processes = numbers && (await findNetnsUsers()).processes.get(numbers.inode);
  if (processes === undefined) return;
  const summary = `container ${id} already has a network namespace with processes in it (${processes.join(', ')})`;
  throw new LibcniError('ERR_IN_USE', summary, { value: netns });
}

async function attachOrUndo(
  context: HookContext,
  creation: Creation,
  namespace: Namespace,
): Promise<HookOutcome> {
  const { id, bundle } = creation.state;
  const netns = context.records.pinOf(id);
  const inode = String(namespace.numbers.inode);
  const record: HookRecord = { kind: 'libcniHookV1', id, bundle, netns, inode };
  try {
    const netnsIdentity = await begin(context, record, { source: namespace.source, signal: creation.signal });
    return await attach(context, creation, { ...record, netnsIdentity });
  } catch (error) {
    const rollbackErrors = await takeDown(context, record).then(
      () => [],
      (failure) => [asError(failure)],
    );
    throw addRollbackErrors(asError(error), rollbackErrors);
  }
}

interface Source {
  /** The path of the namespace now. */
  readonly source: string;
  readonly signal: AbortSignal;
}

/**
 * Writes the record and pins the namespace, at the same time: a pin without a record is found, too.
 *
 * @returns the identity of the pinned namespace. The process may have ended by now, and its number may be another one's.
 */
async function begin(
  { records, helper, foreignFolders }: HookContext,
  record: HookRecord,
  { source, signal }: Source,
): Promise<string> {
  const pinning = keepNetns({ path: record.netns, helper, foreignFolders, signal }, source);
  const [written, pinned] = await Promise.allSettled([records.write(record), pinning]);
  if (written.status === 'rejected') throw written.reason;
  if (pinned.status === 'rejected') throw pinned.reason;
  return pinned.value.identity;
}

async function attach(
  { operator, records }: HookContext,
  { state: { id, annotations }, settings, signal }: Creation,
  record: HookRecord,
): Promise<HookOutcome> {
  const { netns: _, ...wanted } = settings;
  const request = { ...wanted, id, netns: record.netns, annotations };
  const { networks, warnings } = await operator.attach(request, { signal });
  await records.write({ ...record, networks });
  return { did: 'attached', netns: record.netns, networks, resultFile: records.fileOf(id), warnings };
}
