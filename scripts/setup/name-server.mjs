import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable, findProgram } from './find-program.mjs';
import { installPackages, runApt } from './install-packages.mjs';
import { projectFolder } from './project.mjs';
import { reportFound, reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupFailure } from './setup-failure.mjs';

const step = 'names';
const package_ = 'golang-github-containernetworking-plugin-dnsname';

/** The folder of `dnsname`. It has no other plugin: next to the others, `dnsname` would become part of every network. */
export const nameServerDir = join(projectFolder, '.setup/dnsname');

/** Installs the plugin that resolves container names, and the name server that it runs. */
export function setupNameServer() {
  if (!findProgram('dnsmasq')) installPackages({ step, missing: ['dnsmasq'], packages: ['dnsmasq-base'] });
  if (existsSync(join(nameServerDir, 'dnsname'))) return reportFound(step, 'dnsname and dnsmasq found');
  const installed = findExecutable('dnsname', ['/opt/cni/bin', '/usr/lib/cni']);
  if (installed) return reportWork(step, `linking ${installed}`, () => link(installed));
  if (findProgram('apt-get')) return reportWork(step, 'fetching dnsname', unpack);
  throw new SetupFailure(`${step}: dnsname is missing, and there is no apt-get to install it.`, {
    packages: [package_],
  });
}

/** @param {string} installed */
function link(installed) {
  mkdirSync(nameServerDir, { recursive: true });
  symlinkSync(installed, join(nameServerDir, 'dnsname'));
}

/** Unpacks the package without installing it. */
function unpack() {
  const parent = join(projectFolder, '.setup');
  mkdirSync(parent, { recursive: true });
  const work = mkdtempSync(join(parent, 'dnsname-'));
  try {
    download(work);
    const [archive] = readdirSync(work);
    runQuietly('dpkg-deb', ['-x', join(work, archive), work]);
    rmSync(nameServerDir, { recursive: true, force: true });
    renameSync(join(work, 'usr/lib/cni'), nameServerDir);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The first try skips `apt-get update`. */
function download(/** @type {string} */ folder) {
  const args = ['download', '-qq', '-o', 'APT::Sandbox::User=root', package_];
  try {
    runApt(args, { cwd: folder });
  } catch {
    runApt(['update', '-qq']);
    runApt(args, { cwd: folder });
  }
}
