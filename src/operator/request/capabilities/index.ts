export { type Aliases, aliases, aliasesSchema, parseAliases } from './aliases.js';
export {
  type Bandwidth,
  type BandwidthInput,
  bandwidth,
  bandwidthSchema,
  parseBandwidth,
  parseKubernetesBandwidth,
} from './bandwidth.js';
export type { BitAmount } from './bit-amount.js';
export { capabilityArgsField } from './capability-args.js';
export { type CgroupPath, cgroupPath, cgroupPathSchema, parseCgroupPath } from './cgroup-path.js';
export { type DeviceId, deviceId, deviceIdSchema, parseDeviceId } from './device-id.js';
export { type CapabilityDns, capabilityDnsSchema, dns, parseDns } from './dns.js';
export { capabilityArgsFromAnnotations } from './from-annotations.js';
export {
  type InfinibandGuid,
  infinibandGuid,
  infinibandGuidSchema,
  parseInfinibandGuid,
} from './infiniband-guid.js';
export {
  type IpRange,
  type IpRangeInput,
  type IpRanges,
  ipRange,
  ipRangeSchema,
  ipRangesSchema,
  parseIpRanges,
} from './ip-ranges.js';
export { type Ips, ips, ipsSchema, parseIps } from './ips.js';
export { type Mac, mac, macSchema, parseMac } from './mac.js';
export { expandPortMapping } from './port-mapping-text.js';
export {
  type PortMapping,
  type PortMappingInput,
  type PortProtocol,
  parsePortMappings,
  portMapping,
  portMappingSchema,
  portMappings,
  portMappingsSchema,
  protocolField,
} from './port-mappings.js';
export { parseQuantity } from './quantity.js';
