export type { NetnsInfo } from './decode.js';
export { findHelperBinary } from './helper-binary.js';
export {
  type CreateNetnsFlags,
  HelperClient,
  type HelperClientOptions,
  type LoopbackUpFlags,
  type NetnsCallOptions,
  type NetnsLookOptions,
} from './helper-client.js';
export { helperField } from './helper-field.js';
export { SpawnError } from './spawn-error.js';
export type { LockHolder } from './try-lock.js';
export type { SpawnOutcome, SpawnRequest } from './types.js';
