export { compareIdentities, netnsIdentity } from './identity.js';
export {
  type LookRequest,
  lookAtNetns,
  type NetnsLook,
  type NetnsThere,
} from './look-at-netns.js';
export { noNetnsAt } from './no-netns.js';
