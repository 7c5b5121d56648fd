import { spawnSync } from 'node:child_process';
import { findProgram } from './find-program.mjs';
import { installPackages } from './install-packages.mjs';
import { reportFound } from './report.mjs';

/** Needed to run a kernel as an ordinary process. */
const packageOfProgram = { 'linux.uml': 'user-mode-linux', insmod: 'kmod' };

/**
 * A kernel that runs as an ordinary process. It has VLAN, MACVLAN and IPVLAN devices, which the running kernel may lack, and
 * its clock can be set. Debian has it for x64; elsewhere the running kernel must have the devices.
 */
export function setupDevices() {
  if (process.arch !== 'x64' && kernelHasDevices())
    return reportFound('devices', 'the kernel has VLAN, MACVLAN and IPVLAN');
  const missing = Object.keys(packageOfProgram).filter((name) => findProgram(name) === undefined);
  if (missing.length === 0)
    return reportFound('devices', 'VLAN, MACVLAN, IPVLAN and a clock in user-mode Linux');
  return installPackages({
    step: 'devices',
    missing,
    packages: missing.map((name) => packageOfProgram[name]),
  });
}

/** Tries in a separate network namespace whether the running kernel supports VLAN, MACVLAN and IPVLAN devices. */
function kernelHasDevices() {
  const script = `
    ip link add cniprobe0 type veth peer name cniprobe1 &&
    ip link add link cniprobe0 name cniprobe2 type vlan id 5 &&
    ip link add link cniprobe0 name cniprobe3 type macvlan &&
    ip link add link cniprobe1 name cniprobe4 type ipvlan`;
  const asRoot = process.geteuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  return (
    spawnSync('unshare', [...asRoot, '--net', 'sh', '-c', script], { env, stdio: 'ignore' }).status === 0
  );
}
