import { abortedError } from '../../errors/aborted-error.js';
import { addCircumstances } from '../../errors/add-circumstances.js';
import { asError } from '../../errors/system-error.js';
import { withRollbackErrors } from '../../errors/with-rollback-errors.js';
import type { HeldLock } from '../../platform/locks/index.js';
import { Patience } from '../../platform/locks/index.js';
import { hasHostNetwork, type PodSandboxConfig } from '../config/pod-sandbox-config.js';
import type { SandboxContext } from '../context.js';
import { type SandboxLimits, withinLimits } from '../limits.js';
import { LiveSandbox } from '../live-sandbox.js';
import { perform, type StepFailure, undo } from '../perform.js';
import type { RuntimeChoice } from '../runtimes/runtime-table.js';
import { sandboxKey } from '../state/orphans.js';
import { readBootId } from '../state/process-identity.js';
import type { SandboxRecord, SandboxStep } from '../state/sandbox-record.js';
import { stepsOf } from '../steps/all-steps.js';
import { writeHosts } from '../steps/files.js';

/** How to run a pod sandbox. */
export interface RunPodSandboxOptions extends SandboxLimits, RuntimeChoice {
  /**
   * Starts the process before the network is set up, as iSulad does by default: for plugins that need a running sandbox.
   * Secure containers need the opposite order.
   * @default false
   */
  readonly startFirst?: boolean | undefined;
}

/** The time limit for undoing, independent of the operation's own limit. */
const UNDO_MS = 60_000;

/**
 * Creates a sandbox step by step. A failure undoes the completed steps in reverse, within a time limit of its own.
 *
 * @returns its id
 */
export async function run(
  context: SandboxContext,
  config: PodSandboxConfig,
  { signal, timeoutMs = 240_000, startFirst = false, ...choice }: RunPodSandboxOptions,
): Promise<string> {
  const runtimeHandler = context.runtimes.choose(choice);
  const record = newRecord(context, config, { runtimeHandler, startFirst });
  const sandbox = new LiveSandbox(context, 'run', record);
  const start = async (end: AbortSignal) => {
    await context.runtimes.get(runtimeHandler).check?.({ signal: end });
    return await context.locks.withLock(record.id, (lock) => make(sandbox, lock, end));
  };
  return await withinLimits({ signal, timeoutMs }, (end) => context.starts.run(() => start(end), end));
}

function newRecord(
  { store, netnsDir }: SandboxContext,
  config: PodSandboxConfig,
  choice: Pick<SandboxRecord, 'runtimeHandler' | 'startFirst'>,
): SandboxRecord {
  const id = store.newId();
  return {
    version: 1,
    id,
    createdAt: Date.now(),
    bootId: readBootId(),
    phase: 'starting',
    ...choice,
    ...(!hasHostNetwork(config) && { netns: sandboxKey(netnsDir, id) }),
    networkReady: false,
    logFolders: [],
    config,
  };
}

async function make(sandbox: LiveSandbox, lock: HeldLock, signal: AbortSignal): Promise<string> {
  const begun: SandboxStep[] = [];
  try {
    await doSteps(sandbox, { lock, signal, begin: (step) => begun.unshift(step) });
    await sandbox.settle({ phase: 'running', step: undefined });
    return sandbox.id;
  } catch (error) {
    throw await takeBack(sandbox, { begun, lock, failure: asError(error) });
  }
}

/** What steps need besides the sandbox. */
interface Doing {
  readonly lock: HeldLock;
  readonly signal: AbortSignal;
  /** Called before each step. */
  readonly begin: (step: SandboxStep) => void;
  /** @default all steps of the sandbox */
  readonly steps?: readonly SandboxStep[];
}

/** Does the steps of a sandbox; each is recorded on disk before it starts. */
export async function doSteps(sandbox: LiveSandbox, { lock, signal, begin, steps }: Doing): Promise<void> {
  for (const step of steps ?? stepsOf(sandbox.record)) {
    if (signal.aborted) throw abortedError(signal, `ended before the step ${step}`);
    lock.throwIfLost({ containerId: sandbox.id });
    // The claim writes the checkpoint itself, once the sandbox has its name.
    if (step !== 'claim') await sandbox.change({ step });
    begin(step);
    await perform(sandbox, step, signal);
    if (step === 'network' && isLaterThanFiles(sandbox)) await writeHosts(sandbox, signal);
  }
}

function isLaterThanFiles({ record }: LiveSandbox): boolean {
  const steps = stepsOf(record);
  return record.netns !== undefined && steps.indexOf('network') > steps.indexOf('files');
}

async function takeBack(
  sandbox: LiveSandbox,
  { begun, lock, failure }: { begun: readonly SandboxStep[]; lock: HeldLock; failure: Error },
): Promise<Error> {
  const again = lock.isHeld() ? undefined : await sandbox.context.locks.take(sandbox.id, new Patience());
  try {
    const failures = await withinLimits({ timeoutMs: UNDO_MS }, (end) => undoAll(sandbox, begun, end));
    const rollbackErrors = failures.map(({ error }) => error);
    return asError(
      addCircumstances(withRollbackErrors(failure, rollbackErrors), { containerId: sandbox.id }),
    );
  } finally {
    await again?.release();
  }
}

/** Undoes all steps of a sandbox. The claim is removed only if nothing else is left, so that the rest can be done later. */
export async function undoAll(
  sandbox: LiveSandbox,
  steps: readonly SandboxStep[],
  signal: AbortSignal,
): Promise<StepFailure[]> {
  const failures = await undo(
    sandbox,
    steps.filter((step) => step !== 'claim'),
    signal,
  );
  if (failures.length === 0) return steps.includes('claim') ? await undo(sandbox, ['claim'], signal) : [];
  await sandbox.change({ phase: 'removing' }).catch(() => {});
  return failures;
}
