import { findExecutable } from './find-program.mjs';
import { installPackages } from './install-packages.mjs';
import { reportFound } from './report.mjs';

const names = [
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

/** The CNI project's plugins, looked for where `CNI_PATH` says and in the usual folders. */
export function setupPlugins() {
  const folders = [...(process.env.CNI_PATH ?? '').split(':'), '/opt/cni/bin', '/usr/lib/cni'].filter(
    Boolean,
  );
  const missing = names.filter((name) => findExecutable(name, folders) === undefined);
  if (missing.length > 0) {
    return installPackages({ step: 'plugins', missing, packages: ['containernetworking-plugins'] });
  }
  const used = folders.filter((folder) => names.some((name) => findExecutable(name, [folder])));
  return reportFound('plugins', `${names.length} found in ${used.join(', ')}`);
}
