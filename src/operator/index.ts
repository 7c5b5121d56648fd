export type { AttachmentKey } from './attachment-key.js';
export {
  type ConfFault,
  type ConfListing,
  type ConfProblem,
  type ConfSnapshot,
  type ConfSource,
  type ConfStoreOptions,
  type FolderSourceOptions,
  folderSource,
  type LoadedNetwork,
  loadFile,
  type NetworkInput,
  type SourceNetwork,
  type WatchTimingOptions,
} from './conf-store/index.js';
export { CNIOperator, type CNIOperatorEvents } from './operator.js';
export type { CNIOperatorOptions, OperatorFolders } from './operator-options.js';
export {
  CNI_ARGS_ANNOTATION_PREFIX,
  CNI_EXTENSION_ANNOTATION,
  DEFAULT_NETWORK_ANNOTATION,
  EXTRA_NETWORKS_ANNOTATION,
  NETWORK_STATUS_ANNOTATION,
  NETWORKS_ANNOTATION,
  type NetworkStatusSource,
  SANDBOX_KEY_ANNOTATION,
} from './request/annotations/index.js';
export {
  type Aliases,
  aliases,
  aliasesSchema,
  type Bandwidth,
  type BandwidthInput,
  type BitAmount,
  bandwidth,
  bandwidthSchema,
  type CapabilityDns,
  type CgroupPath,
  capabilityArgsFromAnnotations,
  capabilityDnsSchema,
  cgroupPath,
  cgroupPathSchema,
  type DeviceId,
  deviceId,
  deviceIdSchema,
  dns,
  expandPortMapping,
  type InfinibandGuid,
  type IpRange,
  type IpRangeInput,
  type IpRanges,
  type Ips,
  infinibandGuid,
  infinibandGuidSchema,
  ipRange,
  ipRangeSchema,
  ipRangesSchema,
  ips,
  ipsSchema,
  type Mac,
  mac,
  macSchema,
  type PortMapping,
  type PortMappingInput,
  type PortProtocol,
  portMapping,
  portMappingSchema,
  portMappings,
  portMappingsSchema,
  protocolField,
} from './request/capabilities/index.js';
export type { PodAttachRequest } from './request/pod-request.js';
export type {
  AttachmentFilter,
  AttachRequest,
  NetworkRequest,
  OperatorOptions,
  TargetRequest,
} from './request/request.js';
export { passWarningOn, stateOptionsFor } from './state-of-layers.js';
export type { AttachResult } from './verbs/attach.js';
export { networkStatus } from './verbs/attach-status.js';
export type { AttachmentInfo } from './verbs/attachment-info.js';
export type { CheckOutcome } from './verbs/check.js';
export type { OperatorGcReport, OperatorGcRequest } from './verbs/gc.js';
export type { ValidContainer } from './verbs/gc-valid.js';
export type { ContainerInfo } from './verbs/list.js';
export type { RecoveryReport } from './verbs/recover.js';
export type { NetworkReadiness, OperatorStatus } from './verbs/status.js';
export type { AttachedNetwork } from './verbs/summary.js';
