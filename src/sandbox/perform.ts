import { asError } from '../errors/system-error.js';
import type { SandboxEvent } from './events.js';
import type { LiveSandbox } from './live-sandbox.js';
import type { SandboxStep } from './state/sandbox-record.js';
import { stepNamed } from './steps/all-steps.js';
import type { UndoOptions } from './steps/step.js';

/** The failure of a step. */
export interface StepFailure {
  readonly step: SandboxStep;
  readonly error: Error;
}

/** Does a step if it applies to the sandbox, and emits its progress. */
export async function perform(sandbox: LiveSandbox, step: SandboxStep, signal: AbortSignal): Promise<void> {
  const { applies, perform: run } = stepNamed(step);
  if (applies?.(sandbox) === false) return;
  await tell(sandbox, { step, undo: false }, () => run(sandbox, signal));
}

/**
 * Undoes steps in this order, whether or not they were done, continuing after failures.
 *
 * @returns the failures
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
