import { findProgram } from './find-program.mjs';
import { installPackages } from './install-packages.mjs';
import { reportFound } from './report.mjs';

/** Each program and its Debian package. The root file system of test containers is a static busybox. */
const packageOfProgram = {
  runc: 'runc',
  crun: 'crun',
  podman: 'podman',
  conmon: 'conmon',
  containerd: 'containerd',
  ctr: 'containerd',
  busybox: 'busybox-static',
};

/** Installs the container runtimes that tests and examples run. */
export function setupRuntimes() {
  const names = Object.keys(packageOfProgram);
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return reportFound('runtimes', `${names.join(', ')} found`);
  return installPackages({
    step: 'runtimes',
    missing,
    packages: missing.map((name) => packageOfProgram[name]),
  });
}
