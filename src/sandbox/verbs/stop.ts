import { open } from 'node:fs/promises';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { hasCode } from '../../errors/system-error.js';
import { Patience } from '../../platform/locks/index.js';
import type { SandboxContext } from '../context.js';
import { type SandboxLimits, withinLimits } from '../limits.js';
import { LiveSandbox } from '../live-sandbox.js';
import { type StepFailure, undo } from '../perform.js';

/** How to stop a pod sandbox. */
export interface StopPodSandboxOptions extends SandboxLimits {
  /** Milliseconds between asking its processes to end and killing them. @default 10000 */
  readonly graceMs?: number | undefined;
}

const GRACE_MS = 10_000;
const OTHERS_MS = 120_000;

/** Tears down the network of a sandbox, then ends its processes. A stopped or missing sandbox is fine. */
export async function stop(
  context: SandboxContext,
  id: string,
  { graceMs = GRACE_MS, signal, timeoutMs = OTHERS_MS + graceMs }: StopPodSandboxOptions,
): Promise<void> {
  await withinLimits({ signal, timeoutMs }, (end) =>
    context.locks.withLock(
      id,
      async () => {
        const record = context.store.read(id);
        if (record === undefined || record.phase === 'stopped') return;
        const failures = await takeDown(new LiveSandbox(context, 'stop', record), graceMs, end);
        throwFailures(failures, `sandbox ${id} cannot be stopped`);
      },
      new Patience({ signal: end, timeoutMs }),
    ),
  );
}

/**
 * Network first, then the process, then the namespace. The file of the namespace stays until the sandbox is removed. The
 * next call repeats failed steps.
 */
export async function takeDown(
  sandbox: LiveSandbox,
  graceMs: number,
  signal: AbortSignal,
): Promise<StepFailure[]> {
  await sandbox.change({ phase: 'stopping' });
  const network = await undo(sandbox, ['network'], signal);
  const process = await undo(sandbox, ['start'], signal, { graceMs });
  // A failed plugin may succeed next time if it still has the namespace.
  const namespace = network.length > 0 ? [] : await undo(sandbox, ['namespace', 'bind'], signal);
  const failures = [...network, ...process, ...namespace];
  if (failures.length > 0) return failures;
  await keepFile(sandbox.record.netns);
  await sandbox.settle({ phase: 'stopped', process: undefined });
  return [];
}

export function throwFailures(failures: readonly StepFailure[], summary: string): void {
  if (failures.length === 0) return;
  throw new LibcniAggregateError(
    failures.map(({ error }) => error),
    summary,
  );
}

/** The file shows others that the key is taken. It is empty, like that of a namespace after a reboot. */
async function keepFile(netns: string | undefined): Promise<void> {
  if (netns === undefined) return;
  try {
    await (await open(netns, 'wx', 0o444)).close();
  } catch (error) {
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
  }
}
