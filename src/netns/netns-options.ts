import type { HelperClient } from '../platform/helper/index.js';

/** How long a call about namespaces may take. */
export interface NetnsLimits {
  /** Ends the call: nobody waits for it any more, and what has yet to begin in the native helper does not. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which it is ended in the same way; what is no time, such as `NaN`, is refused
   * (`ERR_CONF_INVALID`). The native helper allows no more than 60000, `Infinity` included. @default 60000
   */
  readonly timeoutMs?: number | undefined;
}

/** What every function about namespaces takes. */
export interface NetnsOptions extends NetnsLimits {
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
}
