export type { ConfProblem, ConfSnapshot, LoadedNetwork } from './conf-snapshot.js';
export { ConfStore } from './conf-store.js';
export type { ConfStoreOptions } from './conf-store-options.js';
