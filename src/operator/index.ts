export {
  CNI_ARGS_ANNOTATION_PREFIX,
  CNI_EXTENSION_ANNOTATION,
  DEFAULT_NETWORK_ANNOTATION,
  EXTRA_NETWORKS_ANNOTATION,
  NETWORK_STATUS_ANNOTATION,
  NETWORKS_ANNOTATION,
  type NetworkStatusSource,
  SANDBOX_KEY_ANNOTATION,
} from './annotations/index.js';
export type { AttachResult } from './attachments/attach.js';
export { networkStatus } from './attachments/attach-status.js';
export type { AttachmentInfo } from './attachments/attachment-info.js';
export type { CheckOutcome } from './attachments/check.js';
export type { PodAttachRequest } from './attachments/pod-request.js';
export type { AttachRequest, NetworkRequest, OperatorOptions, TargetRequest } from './attachments/request.js';
export type { AttachedNetwork } from './attachments/summary.js';
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
  capabilityDnsSchema,
  cgroupPath,
  cgroupPathSchema,
  type DeviceId,
  deviceId,
  deviceIdSchema,
  dns,
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
} from './capabilities/index.js';
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
  type NetworkInput,
  type SourceNetwork,
  type WatchTimingOptions,
} from './conf-store/index.js';
export type { OperatorGcReport, OperatorGcRequest } from './gc.js';
export type { ValidContainer } from './gc-valid.js';
export type { AttachmentFilter, ContainerInfo } from './list.js';
export {
  CNIOperator,
  type CNIOperatorEvents,
  type CNIOperatorOptions,
  type OperatorFolders,
} from './operator.js';
export type { RecoveryReport } from './recover.js';
export type { AttachmentKey } from './state/attachment-key.js';
export type { NetworkReadiness, OperatorStatus } from './status.js';
