import type { HelperClient } from '../helper/index.js';

/** How long a call about namespaces may take. */
export interface NetnsLimits {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which it is ended in the same way. The native helper allows no more than 60000. @default 60000 */
  readonly timeoutMs?: number | undefined;
}

/** What every function about namespaces takes. */
export interface NetnsOptions extends NetnsLimits {
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
}
