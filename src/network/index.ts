export type { SubnetPool } from './addressing/pools.js';
export type { NetworkLimits } from './context.js';
export type { DriverHost, DriverRequest, DriverTools, NetworkDriver, NetworkPlan } from './drivers/driver.js';
export { deactivated, networkSettings, type SettingsSource, settingsAddresses } from './make-settings.js';
export type { ConfCreated } from './module/adaptor.js';
export type {
  ConfCreateRequest,
  ConfListFilters,
  ConfListItem,
  ExtraNet,
  NetworkApiConf,
  NetworkApiResult,
  NetworkType,
} from './module/conf.js';
export { type NetworkMode, networkMode } from './module/modes.js';
export type {
  NetworkContainer,
  NetworkDetails,
  NetworkIpam,
  NetworkSubnet,
  NetworkSummary,
} from './network.js';
export { NetworkModule, type NetworkModuleOptions } from './network-module.js';
export { Networks, type NetworksOptions } from './networks.js';
export type { ConnectRequest, DisconnectRequest, PublishedPort } from './requests/connect-request.js';
export type { CreateNetworkRequest } from './requests/create-request.js';
export type { NetworkFilters } from './requests/filters.js';
export {
  type EndpointAddresses,
  type HostBinding,
  type NetworkEndpoint,
  type NetworkSettings,
  networkSettingsSchema,
  type SecondaryAddress,
  type SettingsPort,
} from './settings.js';
export {
  readNetworkSettings,
  SETTINGS_FILE,
  type WriteSettingsOptions,
  writeNetworkSettings,
} from './settings-file.js';
export type { NetworkProblem } from './store/catalogue.js';
export type { ConnectedNetwork } from './verbs/connect.js';
export type { CreatedNetwork } from './verbs/create.js';
export type { RemoveNetworkOptions, RemoveOutcome } from './verbs/remove.js';
