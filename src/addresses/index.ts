export {
  type Address,
  addressBits,
  formatAddress,
  isInSubnet,
  parseAddress,
  parseSubnet,
  type Subnet,
} from './address.js';
export { canonicalHardwareAddress } from './hardware-address.js';
export { canonicalCidr, canonicalIp, isIpv4 } from './ip.js';
