import { findExecutable } from './find-program.mjs';
import { installPackages } from './install-packages.mjs';
import { reportFound } from './report.mjs';

/** The plugins of the CNI project that tests and demo run. */
export const pluginNames = [
  'bridge',
  'host-local',
  'portmap',
  'firewall',
  'bandwidth',
  'tuning',
  'ptp',
  'macvlan',
  'ipvlan',
  'vlan',
  'loopback',
];

/** Finds the plugins of the CNI project in `CNI_PATH` and in the usual folders. */
export function setupPlugins() {
  const folders = [...(process.env.CNI_PATH ?? '').split(':'), '/opt/cni/bin', '/usr/lib/cni'].filter(
    Boolean,
  );
  const missing = pluginNames.filter((name) => findExecutable(name, folders) === undefined);
  if (missing.length > 0) {
    return installPackages({ step: 'plugins', missing, packages: ['containernetworking-plugins'] });
  }
  const used = folders.filter((folder) => pluginNames.some((name) => findExecutable(name, [folder])));
  return reportFound('plugins', `${pluginNames.length} found in ${used.join(', ')}`);
}
