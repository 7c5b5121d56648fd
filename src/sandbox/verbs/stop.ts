import { open } from 'node:fs/promises';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { hasCode } from '../../errors/system-error.js';
import { Patience } from '../../platform/locks/index.js';
import type { SandboxContext } from '../context.js';
import { type SandboxLimits, withinLimits } from '../limits.js';
import { LiveSandbox } from '../live-sandbox.js';
import { type StepFailure, undo } from '../perform.js';

/** How a pod sandbox is stopped. */
export interface StopPodSandboxOptions extends SandboxLimits {
  /** Milliseconds between asking its processes to end and forcing them. @default 10000 */
  readonly graceMs?: number | undefined;
}

const GRACE_MS = 10_000;
const OTHERS_MS = 120_000;

/** Takes the network of a sandbox down, then ends its processes. One that is stopped or not there is fine. */
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
 * Network first, then the process, then the namespace; its file stays as the sandbox's until that is removed. What fails is
 * done again by the next call.
 */
export async function takeDown(
  sandbox: LiveSandbox,
  graceMs: number,
  signal: AbortSignal,
): Promise<StepFailure[]> {
  await sandbox.change({ phase: 'stopping' });
  const network = await undo(sandbox, ['network'], signal);
  const process = await undo(sandbox, ['start'], signal, { graceMs });
  // A plugin that failed may do better next time, with the namespace that it knows.
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

/** The file says to others that the key is taken; like that of a namespace after a reboot it is empty. */
async function keepFile(netns: string | undefined): Promise<void> {
  if (netns === undefined) return;
  try {
    await (await open(netns, 'wx', 0o444)).close();
  } catch (error) {
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
  }
}
