import type { HelperClient } from '../helper/index.js';

/** What every function about namespaces takes. */
export interface NetnsOptions {
  /** The client of the native helper. @default that of this process */
  readonly helper?: HelperClient | undefined;
}
