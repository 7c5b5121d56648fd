import type { PodSandboxMetadata } from './config/pod-sandbox-config.js';
import type { SandboxStep } from './state/sandbox-record.js';

/** A step that begins, is done, or has failed: what a caller can show as progress. */
export interface SandboxEvent {
  readonly id: string;
  /** `undefined` where the checkpoint is corrupt. */
  readonly metadata: PodSandboxMetadata | undefined;
  readonly verb: 'run' | 'stop' | 'remove' | 'restore';
  readonly step: SandboxStep;
  /** Whether the step is taken back. */
  readonly undo: boolean;
  readonly state: 'begin' | 'done' | 'failed';
  /** How long it took. `undefined` at its beginning. */
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
