export {
  type HostResolvConf,
  type HostResolvConfOptions,
  hostResolvConf,
} from './host-resolv-conf.js';
export { readHostname, writeHostname } from './hostname.js';
export {
  addHosts,
  createHostsFile,
  type HostsEntry,
  type HostsOptions,
  readHosts,
  removeHosts,
  setHosts,
} from './hosts.js';
export {
  addNameservers,
  type NameserverOptions,
  readResolvConf,
  removeNameservers,
  writeResolvConf,
} from './resolv-conf.js';
export {
  formatResolvConf,
  parseResolvConf,
  type ResolvConf,
  resolvConfWarnings,
} from './resolv-conf-text.js';
export type { EtcFileOptions } from './rewrite-in-place.js';
export { hostNameField } from './schemas.js';
