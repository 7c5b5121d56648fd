export type { Circumstances, Verb } from './circumstances.js';
export { LibcniAggregateError } from './libcni-aggregate-error.js';
export {
  LibcniError,
  type LibcniErrorCode,
  type LibcniErrorDetails,
  type LibcniErrorReason,
} from './libcni-error.js';
export { PluginError, type PluginErrorDetails, type PluginFailure } from './plugin-error.js';
