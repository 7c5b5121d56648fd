import type { HelperClient } from '../platform/helper/index.js';

/** The limits of a call for namespaces. */
export interface NetnsLimits {
  /** Ends the call: nobody waits for it any more, and work that has not begun in the native helper is dropped. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which it ends in the same way. Anything but a time, such as `NaN`, is refused (`ERR_CONF_INVALID`).
   * The native helper limits it to 60000, even for `Infinity`. @default 60000
   */
  readonly timeoutMs?: number | undefined;
}

/** The options of every function for namespaces. */
export interface NetnsOptions extends NetnsLimits {
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
}
