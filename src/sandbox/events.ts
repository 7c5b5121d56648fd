import type { PodSandboxMetadata } from './config/pod-sandbox-config.js';
import type { SandboxStep } from './state/sandbox-record.js';

/** A step that starts, is done, or has failed: progress for a caller to show. */
export interface SandboxEvent {
  readonly id: string;
  /** `undefined` if the checkpoint is corrupt. */
  readonly metadata: PodSandboxMetadata | undefined;
  readonly verb: 'run' | 'stop' | 'remove' | 'restore';
  readonly step: SandboxStep;
  /** Whether the step is being undone. */
  readonly undo: boolean;
  readonly state: 'begin' | 'done' | 'failed';
  /** How long it took. `undefined` when it starts. */
  readonly durationMs?: number | undefined;
  /** Why it failed. */
  readonly error?: Error | undefined;
}

/** The events of a `PodSandboxManager`. */
export interface PodSandboxManagerEvents {
  step: [SandboxEvent];
  /** Something looks wrong, without stopping an operation. */
  warning: [{ readonly id: string; readonly message: string }];
}
