export { deactivated, networkSettings, type SettingsSource, settingsAddresses } from './make-settings.js';
export {
  type EndpointAddresses,
  type HostBinding,
  type NetworkEndpoint,
  type NetworkSettings,
  networkSettingsSchema,
  type SecondaryAddress,
  type SettingsPort,
} from './settings.js';
export { readNetworkSettings, SETTINGS_FILE, writeNetworkSettings } from './settings-file.js';
