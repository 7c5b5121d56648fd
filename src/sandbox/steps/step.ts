import type { LiveSandbox } from '../live-sandbox.js';

/** How to undo steps. */
export interface UndoOptions {
  /** Milliseconds that processes have to end by themselves. @default 0 */
  readonly graceMs?: number | undefined;
}

/** A step of a sandbox that can be done and undone. */
export interface Step {
  /** Whether it applies to this sandbox. @default always */
  readonly applies?: (sandbox: LiveSandbox) => boolean;
  /** Does it. Everything needed to undo it is on disk before. */
  readonly perform: (sandbox: LiveSandbox, signal: AbortSignal) => Promise<void>;
  /** Undoes it, whether done, half done or not done at all, based on what is on disk. */
  readonly undo: (sandbox: LiveSandbox, signal: AbortSignal, options: UndoOptions) => Promise<void>;
}
