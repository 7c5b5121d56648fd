export type { ConfFault } from './conf-fault.js';
export type { ConfProblem, ConfSnapshot, LoadedNetwork } from './conf-snapshot.js';
export { placeOf } from './conf-snapshot.js';
export type { ConfListing, ConfSource, SourceNetwork } from './conf-source.js';
export { ConfStore } from './conf-store.js';
export type { ConfStoreOptions } from './conf-store-options.js';
export { type FolderSourceOptions, folderSource } from './folder-source.js';
export { type NetworkInput, objectSource } from './object-source.js';
export type { WatchTimingOptions } from './watch-timing.js';
