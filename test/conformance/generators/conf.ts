import fc from 'fast-check';
import { anyVersion, networkName, oddVersion, version } from './domain.js';

/** The types of plugins; some have an executable. */
export const PLUGIN_TYPES = ['bridge', 'tuning', 'portmap'] as const;

const capability = fc.constantFrom('portMappings', 'bandwidth', 'ips', 'mac', '__proto__', 'a b');

const dns = fc.record(
  {
    nameservers: fc.array(fc.constantFrom('1.1.1.1', 'fd00::1', '')),
    domain: fc.constantFrom('example.org', ''),
    search: fc.array(fc.constantFrom('a.example', 'b.example')),
    options: fc.array(fc.constantFrom('ndots:5')),
  },
  { requiredKeys: [] },
);

const further = {
  capabilities: fc.dictionary(capability, fc.boolean(), { maxKeys: 3 }),
  ipam: fc.record(
    { type: fc.constantFrom('host-local', ''), subnet: fc.constant('10.1.0.0/16') },
    { requiredKeys: [] },
  ),
  dns,
  args: fc.jsonValue({ maxDepth: 1 }),
  mtu: fc.integer(),
  runtimeConfig: fc.constant({ stale: true }),
};

/** The valid configuration of a plugin inside a list. */
export const pluginConf = fc.record(
  { type: fc.constantFrom<string>(...PLUGIN_TYPES), ...further },
  { requiredKeys: ['type'] },
);

/** The valid configuration of a single plugin. */
export const singleConf = fc.record(
  { cniVersion: version, name: networkName, type: fc.constantFrom<string>(...PLUGIN_TYPES), ...further },
  { requiredKeys: ['type', 'name'] },
);

const flag = fc.constantFrom<unknown>(true, false, 'true', 'False', 'TRUE');

const listFlags = { disableCheck: flag, disableGC: flag, loadOnlyInlinedPlugins: flag };

/** A valid configuration list. */
export const listConf = fc.record(
  {
    cniVersion: anyVersion,
    cniVersions: fc.array(fc.oneof({ weight: 20, arbitrary: version }, oddVersion), { maxLength: 4 }),
    name: networkName,
    plugins: fc.array(pluginConf, { minLength: 1, maxLength: 3 }),
    ...listFlags,
  },
  { requiredKeys: ['name'] },
);

/** A configuration list whose plugins can run. */
export const runnableList = fc.record(
  {
    cniVersion: fc.oneof({ weight: 9, arbitrary: version }, oddVersion),
    name: networkName,
    plugins: fc.array(pluginConf, { minLength: 1, maxLength: 3 }),
    disableCheck: fc.constantFrom<unknown>(false, false, true, 'true'),
    disableGC: fc.constantFrom<unknown>(false, false, true, 'true'),
  },
  { requiredKeys: ['name', 'plugins', 'cniVersion'] },
);
