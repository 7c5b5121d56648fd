import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import { removeNetns } from '../../netns/index.js';
import { Patience } from '../../platform/locks/index.js';
import type { SandboxContext } from '../context.js';
import { type SandboxLimits, withinLimits } from '../limits.js';
import { LiveSandbox } from '../live-sandbox.js';
import { type StepFailure, undo } from '../perform.js';
import { sandboxKey } from '../state/orphans.js';
import type { SandboxRecord, SandboxStep } from '../state/sandbox-record.js';
import { undoAll } from './run.js';
import { throwFailures } from './stop.js';

/** How to remove a pod sandbox. */
export interface RemovePodSandboxOptions extends SandboxLimits {
  /**
   * Removes everything that can be removed, including the checkpoint, whatever else fails. The report lists the failures.
   * @default false
   */
  readonly force?: boolean | undefined;
}

/** The outcome of removing a sandbox. */
export interface RemovePodSandboxReport {
  /** The failures, by step; only with `force`, otherwise they are thrown. */
  readonly failures: readonly StepFailure[];
}

const TIMEOUT_MS = 120_000;

/** In this order: the network while its namespace exists, then the sandbox with its process, then what they used. */
const STEPS: readonly SandboxStep[] = ['network', 'create', 'bind', 'namespace', 'files', 'logs'];

/** Removes a sandbox, running or not. A sandbox that does not exist is fine. */
export async function remove(
  context: SandboxContext,
  id: string,
  { force = false, signal, timeoutMs = TIMEOUT_MS }: RemovePodSandboxOptions,
): Promise<RemovePodSandboxReport> {
  return await withinLimits({ signal, timeoutMs }, (end) =>
    context.locks.withLock(
      id,
      () => removeLocked({ context, id, force, signal: end }),
      new Patience({ signal: end, timeoutMs }),
    ),
  );
}

interface Removal {
  readonly context: SandboxContext;
  readonly id: string;
  readonly force: boolean;
  readonly signal: AbortSignal;
}

async function removeLocked(removal: Removal): Promise<RemovePodSandboxReport> {
  const { context, id, force, signal } = removal;
  const record = readable(context, id);
  if (record === undefined) return { failures: [] };
  if (record === 'corrupt') return await removeCorrupt(removal);
  const sandbox = new LiveSandbox(context, 'remove', record);
  await sandbox.change({ phase: 'removing' });
  const failures = await undoAll(sandbox, [...STEPS, 'claim'], signal);
  if (force && failures.length > 0) {
    const more = await undo(sandbox, ['claim'], signal);
    return { failures: [...failures, ...more] };
  }
  return await report(removal, failures);
}

async function removeCorrupt(removal: Removal): Promise<RemovePodSandboxReport> {
  const { context, id, force, signal } = removal;
  const failures = await removeUnknown(context, id, signal);
  if (force && failures.length > 0) await context.store.remove(id);
  return await report(removal, failures);
}

async function report(
  { id, force }: Removal,
  failures: readonly StepFailure[],
): Promise<RemovePodSandboxReport> {
  if (!force) throwFailures(failures, `sandbox ${id} cannot be removed`);
  return { failures };
}

function readable(context: SandboxContext, id: string): SandboxRecord | 'corrupt' | undefined {
  try {
    return context.store.read(id);
  } catch (error) {
    if (isOwnError(error) && error.code === 'ERR_CACHE') return 'corrupt';
    throw error;
  }
}

/** Removes a sandbox of which only the id is known: all its parts are named after the id. */
export async function removeUnknown(
  context: SandboxContext,
  id: string,
  signal: AbortSignal,
): Promise<StepFailure[]> {
  const { helper, netnsDir, names, operator, runtimes, store } = context;
  const failures: StepFailure[] = [];
  const attempt = async (step: SandboxStep, work: () => Promise<unknown>) => {
    await work().catch((error: unknown) => failures.push({ step, error: asError(error) }));
  };
  await attempt('network', () => operator.detach({ id }, { signal }));
  for (const runtime of runtimes.all()) await attempt('create', () => runtime.remove(id, { signal }));
  await attempt('namespace', () => removeNetns(sandboxKey(netnsDir, id), { helper, signal }));
  await attempt('claim', () => names.releaseOf(id));
  if (failures.length === 0) await attempt('claim', () => store.remove(id));
  return failures;
}
