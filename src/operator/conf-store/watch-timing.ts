import { LibcniError } from '../../errors/libcni-error.js';

/** How folders are watched. */
export interface WatchTimingOptions {
  /**
   * Milliseconds of quiet after a change before it is read. A stream of changes puts it off for ten times as long
   * at most. @default 100
   */
  readonly debounceMs?: number | undefined;
  /** Milliseconds between two looks at the folders for changes that the kernel did not tell of. @default 5000 */
  readonly pollMs?: number | undefined;
  /** Whether watching keeps Node alive. @default false */
  readonly persistent?: boolean | undefined;
}

/** The same with all that was left out. */
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

/** The longest time that a timer of Node takes. */
const MAX_MS = 2 ** 31 - 1;

function milliseconds(name: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value <= MAX_MS) return value;
  throw new LibcniError('ERR_CONF_INVALID', `${name} must be a positive number of milliseconds`, { value });
}
