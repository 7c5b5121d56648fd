import { asError } from '../errors/system-error.js';
import type { SandboxEvent } from './events.js';
import type { LiveSandbox } from './live-sandbox.js';
import type { SandboxStep } from './state/sandbox-record.js';
import { stepNamed } from './steps/all-steps.js';
import type { UndoOptions } from './steps/step.js';

/** What a step could not do. */
export interface StepFailure {
  readonly step: SandboxStep;
  readonly error: Error;
}

/** Does a step where the sandbox has it, and tells of it. */
export async function perform(sandbox: LiveSandbox, step: SandboxStep, signal: AbortSignal): Promise<void> {
  const { applies, perform: run } = stepNamed(step);
  if (applies?.(sandbox) === false) return;
  await tell(sandbox, { step, undo: false }, () => run(sandbox, signal));
}

/**
 * Takes steps back, in this order, whether they were done or not; a failure does not keep it from the others.
 *
 * @returns what could not be taken back
 */
export async function undo(
  sandbox: LiveSandbox,
  steps: readonly SandboxStep[],
  signal: AbortSignal,
  options: UndoOptions = {},
): Promise<StepFailure[]> {
  const failures: StepFailure[] = [];
  for (const step of steps) {
    const { applies, undo: run } = stepNamed(step);
    if (applies?.(sandbox) === false) continue;
    try {
      await tell(sandbox, { step, undo: true }, () => run(sandbox, signal, options));
    } catch (error) {
      failures.push({ step, error: asError(error) });
    }
  }
  return failures;
}

async function tell(
  { context, id, record, verb }: LiveSandbox,
  about: Pick<SandboxEvent, 'step' | 'undo'>,
  work: () => Promise<void>,
): Promise<void> {
  const event = { id, metadata: record.config.metadata, verb, ...about };
  const start = performance.now();
  context.emit({ ...event, state: 'begin' });
  try {
    await work();
  } catch (error) {
    const durationMs = performance.now() - start;
    context.emit({ ...event, state: 'failed', durationMs, error: asError(error) });
    throw error;
  }
  context.emit({ ...event, state: 'done', durationMs: performance.now() - start });
}
