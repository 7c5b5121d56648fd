import { booleanField, millisecondsField, optional } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';

/** How to watch folders. */
export interface WatchTimingOptions {
  /**
   * Milliseconds of quiet after a change before reading it. A stream of changes delays the reading by at most ten times
   * that. @default 100
   */
  readonly debounceMs?: number | undefined;
  /** Milliseconds between polls for changes that the kernel did not report. @default 5000 */
  readonly pollMs?: number | undefined;
  /** Whether watching keeps Node alive. @default false */
  readonly persistent?: boolean | undefined;
}

/** The options, in the arguments of a call. */
export const timingFields = lazy(() => ({
  debounceMs: optional(millisecondsField()),
  pollMs: optional(millisecondsField()),
  persistent: optional(booleanField()),
}));

/** The same with defaults filled in. */
export interface WatchTiming {
  readonly debounceMs: number;
  readonly pollMs: number;
  readonly persistent: boolean;
}

/** The times of options that were parsed. */
export function watchTiming({
  debounceMs = 100,
  pollMs = 5000,
  persistent = false,
}: WatchTimingOptions): WatchTiming {
  return { debounceMs, pollMs, persistent };
}
