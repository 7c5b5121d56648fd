import { findProgram } from './find-program.mjs';
import { installPackages } from './install-packages.mjs';
import { reportFound } from './report.mjs';

/** Each program that plugins, tests and the demo run, and its Debian package. */
const packageOfProgram = {
  ip: 'iproute2',
  tc: 'iproute2',
  bridge: 'iproute2',
  iptables: 'iptables',
  ip6tables: 'iptables',
  'iptables-save': 'iptables',
  nft: 'nftables',
  ping: 'iputils-ping',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  mount: 'mount',
  runc: 'runc',
  crun: 'crun',
  busybox: 'busybox-static',
};

/** Installs system programs. */
export function setupPrograms() {
  const names = Object.keys(packageOfProgram);
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return reportFound('programs', `${names.length} found`);
  return installPackages({
    step: 'programs',
    missing,
    packages: missing.map((name) => packageOfProgram[name]),
  });
}
