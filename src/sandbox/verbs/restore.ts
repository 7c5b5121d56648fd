import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import { findRecorded } from '../../netns/index.js';
import type { RecoveryReport } from '../../operator/index.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import type { SandboxContext } from '../context.js';
import { type SandboxLimits, withinLimits } from '../limits.js';
import { LiveSandbox } from '../live-sandbox.js';
import { type StepFailure, undo } from '../perform.js';
import { findOrphans, removeOrphans, type SandboxOrphan } from '../state/orphans.js';
import { readBootId } from '../state/process-identity.js';
import type { SandboxRecord } from '../state/sandbox-record.js';
import { stepsOf } from '../steps/all-steps.js';
import { runtimeOf } from '../steps/runtime-steps.js';
import { removeUnknown } from './remove.js';
import { doSteps, undoAll } from './run.js';
import { takeDown } from './stop.js';

/** How to clean up after an earlier process. */
export interface RestoreOptions extends SandboxLimits {
  /**
   * What to do with a sandbox whose namespace was lost in a reboot. `mark`: detach it from its record; it is not ready from
   * then on. `renew`: create namespace, networks and process again, under the same id and key.
   * @default mark
   */
  readonly lost?: 'mark' | 'renew' | undefined;
  /** Whether to remove orphans; otherwise they are only reported. @default false */
  readonly removeOrphans?: boolean | undefined;
}

/** The outcome: ids of sandboxes, each in one array. */
export interface RestoreReport {
  /** Healthy, and not touched. */
  readonly healthy: readonly string[];
  /** Healthy except that their process has ended; not touched. */
  readonly exited: readonly string[];
  /** Stopped, and not touched. */
  readonly stopped: readonly string[];
  /** Half created or half removed; nothing is left of them. */
  readonly undone: readonly string[];
  /** Half stopped; now stopped. */
  readonly finished: readonly string[];
  /** Their namespace was lost in a reboot: detached, and not ready. */
  readonly lost: readonly string[];
  /** Their namespace was lost in a reboot: created again. */
  readonly renewed: readonly string[];
  /** Somebody else is working on them. */
  readonly busy: readonly string[];
  /** Their checkpoint is corrupt, and was set aside; `remove` removes them. */
  readonly corrupt: readonly { readonly id: string; readonly file: string }[];
  /** Failures, left to the next call. */
  readonly failed: readonly { readonly id: string; readonly error: Error }[];
  /** Orphans; with `removeOrphans`, those that could not be removed. */
  readonly orphans: readonly SandboxOrphan[];
  /** The recovery of interrupted ADDs and DELs. */
  readonly recovery: RecoveryReport;
}

type Outcome = 'healthy' | 'exited' | 'stopped' | 'undone' | 'finished' | 'lost' | 'renewed';

const TIMEOUT_MS = 300_000;
/** How long to wait for programs of an earlier process, and their locks, to end. */
const BUSY_MS = 60_000;
const AT_A_TIME = 8;

export async function restore(
  context: SandboxContext,
  { signal, timeoutMs = TIMEOUT_MS, lost = 'mark', removeOrphans: isWanted = false }: RestoreOptions,
): Promise<RestoreReport> {
  return await withinLimits({ signal, timeoutMs }, async (end) => {
    const found = new Findings();
    const ids = await context.store.ids();
    const work = async () => {
      for (let id = ids.shift(); id !== undefined; id = ids.shift())
        await restoreOne({ context, id, lost, found, signal: end });
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    await releaseNames(context, found);
    const recovery = await context.operator.recover({ signal: end });
    const orphans = isWanted ? await removeOrphans(context, end) : await reportOrphans(context, end);
    return { ...found.report(), orphans, recovery };
  });
}

async function reportOrphans(context: SandboxContext, signal: AbortSignal): Promise<SandboxOrphan[]> {
  return (await findOrphans(context, signal)).map(({ kind, what }) => ({ kind, what }));
}

/** A name is taken a moment before its sandbox is on disk. If somebody is working on the sandbox, its name is left to them. */
async function releaseNames({ locks, names, store }: SandboxContext, found: Findings): Promise<void> {
  const ids = new Set(await store.ids());
  for (const id of await names.owners()) {
    if (ids.has(id)) continue;
    const isReleased = await locks.withFreeLock(id, async () => {
      if ((await store.ids()).includes(id)) return false;
      await names.releaseOf(id);
      return true;
    });
    if (isReleased) found.add('undone', id);
  }
}

class Findings {
  readonly #lists: Record<Outcome, string[]> = {
    healthy: [],
    exited: [],
    stopped: [],
    undone: [],
    finished: [],
    lost: [],
    renewed: [],
  };
  readonly busy: string[] = [];
  readonly corrupt: { id: string; file: string }[] = [];
  readonly failed: { id: string; error: Error }[] = [];

  add(outcome: Outcome, id: string): void {
    this.#lists[outcome].push(id);
  }

  report(): Omit<RestoreReport, 'orphans' | 'recovery'> {
    const { busy, corrupt, failed } = this;
    return { ...this.#lists, busy, corrupt, failed };
  }
}

interface Restoring {
  readonly context: SandboxContext;
  readonly id: string;
  readonly lost: 'mark' | 'renew';
  readonly found: Findings;
  readonly signal: AbortSignal;
}

async function restoreOne(restoring: Restoring): Promise<void> {
  const { context, id, found, signal } = restoring;
  const patience = new Patience({ signal, timeoutMs: BUSY_MS });
  try {
    await context.locks.withLock(id, (lock) => restoreLocked(restoring, lock), patience);
  } catch (error) {
    if (signal.aborted) throw error;
    if (isOwnError(error) && error.code === 'ERR_LOCKED') found.busy.push(id);
    else found.failed.push({ id, error: asError(error) });
  }
}

async function restoreLocked({ context, id, lost, found, signal }: Restoring, lock: HeldLock): Promise<void> {
  const record = await readOrSetAside(context, id, found);
  if (record === 'corrupt') return;
  if (record === undefined) {
    // The process ended while it created or removed the folder, before writing the checkpoint or after removing it.
    settle(found, id, 'undone', await removeUnknown(context, id, signal));
    return;
  }
  const sandbox = new LiveSandbox(context, 'restore', record);
  switch (record.phase) {
    case 'starting':
    case 'removing':
      settle(found, id, 'undone', await undoAll(sandbox, stepsOf(record).toReversed(), signal));
      return;
    case 'stopping':
      settle(found, id, 'finished', await takeDown(sandbox, 0, signal));
      return;
    case 'stopped':
    case 'lost':
      found.add('stopped', id);
      return;
    case 'running':
      await restoreRunning({ sandbox, lost, found, lock, signal });
  }
}

function settle(found: Findings, id: string, outcome: Outcome, failures: readonly StepFailure[]): void {
  if (failures.length === 0) found.add(outcome, id);
  for (const { error } of failures) found.failed.push({ id, error });
}

async function readOrSetAside(
  { store }: SandboxContext,
  id: string,
  found: Findings,
): Promise<SandboxRecord | 'corrupt' | undefined> {
  try {
    return store.read(id);
  } catch (error) {
    if (!isOwnError(error) || error.code !== 'ERR_CACHE') throw error;
    found.corrupt.push({ id, file: await store.setAside(id) });
    return 'corrupt';
  }
}

interface RestoringRunning extends Pick<Restoring, 'lost' | 'found' | 'signal'> {
  readonly sandbox: LiveSandbox;
  readonly lock: HeldLock;
}

async function restoreRunning({ sandbox, lost, found, lock, signal }: RestoringRunning): Promise<void> {
  const { context, id, record } = sandbox;
  if (await isIntact(sandbox)) {
    const { state } = await runtimeOf(sandbox).status(id, { signal });
    found.add(state === 'running' ? 'healthy' : 'exited', id);
    return;
  }
  const failures = await undo(sandbox, ['network', 'create', 'bind', 'namespace'], signal);
  if (failures.length > 0) return settle(found, id, 'lost', failures);
  await sandbox.settle({ phase: 'lost', networkReady: false, process: undefined });
  if (lost === 'mark' && record.netns !== undefined)
    context.warn('its namespace is gone, or another one is in its place, as after a reboot', id);
  if (lost === 'mark') return found.add('lost', id);
  await renew(sandbox, lock, signal);
  found.add('renewed', id);
}

/** Whether it was made in this boot and still has its namespace. */
async function isIntact({ context, record }: LiveSandbox): Promise<boolean> {
  if (record.bootId !== readBootId()) return false;
  const { netns: path, netnsIdentity: identity } = record;
  if (path === undefined) return true;
  return ['same', 'unknown'].includes(await findRecorded({ path, identity }, { helper: context.helper }));
}

/** After a failure, the sandbox stays lost. */
async function renew(sandbox: LiveSandbox, lock: HeldLock, signal: AbortSignal): Promise<void> {
  const steps = stepsOf(sandbox.record).filter((step) => step !== 'claim' && step !== 'logs');
  try {
    await doSteps(sandbox, { lock, signal, steps, begin: () => {} });
    await sandbox.settle({ phase: 'running', bootId: readBootId(), step: undefined });
  } catch (error) {
    await undo(sandbox, ['network', 'create', 'bind', 'namespace'], signal);
    throw error;
  }
}
