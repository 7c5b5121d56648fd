export { FairQueue } from './fair-queue.js';
export { type HeldLock, LockStore } from './lock-store.js';
export { type LockOptions, Patience } from './patience.js';
