import { LibcniError } from '../../errors/libcni-error.js';

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

/** The same with defaults filled in. */
export interface WatchTiming {
  readonly debounceMs: number;
  readonly pollMs: number;
  readonly persistent: boolean;
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function watchTiming(options: WatchTimingOptions): WatchTiming {
  return {
    debounceMs: milliseconds('debounceMs', options.debounceMs ?? 100),
    pollMs: milliseconds('pollMs', options.pollMs ?? 5000),
    persistent: options.persistent ?? false,
  };
}

/** The longest time that a Node timer accepts. */
const MAX_MS = 2 ** 31 - 1;

function milliseconds(name: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value <= MAX_MS) return value;
  throw new LibcniError('ERR_CONF_INVALID', `${name} must be a positive number of milliseconds`, { value });
}
