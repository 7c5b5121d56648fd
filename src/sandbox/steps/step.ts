import type { LiveSandbox } from '../live-sandbox.js';

/** How steps are taken back. */
export interface UndoOptions {
  /** Milliseconds that processes have to end by themselves. @default 0 */
  readonly graceMs?: number | undefined;
}

/** Something that is done for a sandbox and taken back. */
export interface Step {
  /** Whether this sandbox has it. @default always */
  readonly applies?: (sandbox: LiveSandbox) => boolean;
  /** Does it. What is needed to take it back is on disk before. */
  readonly perform: (sandbox: LiveSandbox, signal: AbortSignal) => Promise<void>;
  /** Takes it back, done, half done or not done at all; goes by what is on disk. */
  readonly undo: (sandbox: LiveSandbox, signal: AbortSignal, options: UndoOptions) => Promise<void>;
}
