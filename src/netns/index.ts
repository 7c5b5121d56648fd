export { type CreateNetnsOptions, createNetns } from './create-netns.js';
export type { NetnsExecOptions, NetnsExecResult } from './exec-in-netns.js';
export { isNetns } from './is-netns.js';
export { listNetns } from './list-netns.js';
export { loopbackUp } from './loopback-up.js';
export { Netns } from './netns.js';
export type { NetnsOptions } from './netns-options.js';
export { openNetns } from './open-netns.js';
export { removeNetns } from './remove-netns.js';
