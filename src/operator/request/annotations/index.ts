export { assignInterfaces } from './assign-interfaces.js';
export { type ExtraNetwork, parseExtraNetworks } from './extra-networks.js';
export {
  CNI_ARGS_ANNOTATION_PREFIX,
  CNI_EXTENSION_ANNOTATION,
  DEFAULT_NETWORK_ANNOTATION,
  EXTRA_NETWORKS_ANNOTATION,
  NETWORK_STATUS_ANNOTATION,
  NETWORKS_ANNOTATION,
  SANDBOX_KEY_ANNOTATION,
} from './keys.js';
export type { NetworkSelection } from './network-selection.js';
export {
  parseDefaultNetwork,
  parseNetworkSelections,
} from './network-selections.js';
export {
  type NetworkStatus,
  type NetworkStatusSource,
  networkStatus,
  networkStatusEntries,
} from './network-status.js';
export { type RuntimeArgs, runtimeArgsFromLabels } from './runtime-args.js';
export { selectionCapabilityArgs } from './selection-capability-args.js';
