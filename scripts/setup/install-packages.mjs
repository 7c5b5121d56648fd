import { findProgram } from './find-program.mjs';
import { reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';
import { SetupFailure } from './setup-failure.mjs';

const quietInstall = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];

/**
 * Installs Debian packages, or fails with the command that would.
 *
 * @param {{ step: string, missing: readonly string[], packages: readonly string[] }} need
 */
export function installPackages({ step, missing, packages }) {
  const names = [...new Set(packages)].sort();
  requireApt({ step, missing, names });
  reportWork(step, `installing ${names.join(' ')} (for ${missing.join(', ')})`, () => {
    if (tryInstall(names)) return;
    runApt(['update', '-qq']);
    runApt([...quietInstall, ...names]);
  });
}

/** @param {{ step: string, missing: readonly string[], names: readonly string[] }} need */
function requireApt({ step, missing, names }) {
  if (process.geteuid?.() === 0 && findProgram('apt-get')) return;
  const without = findProgram('apt-get') ? 'installing it needs root' : 'there is no apt-get here';
  throw new SetupFailure(`${step}: missing ${missing.join(', ')}, and ${without}.`, { packages: names });
}

/** The first try skips `apt-get update`, which takes longer than most packages. */
function tryInstall(/** @type {readonly string[]} */ names) {
  try {
    runApt([...quietInstall, ...names]);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 */
export function runApt(args, { cwd } = {}) {
  runQuietly('apt-get', args, {
    cwd,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    hint: `Check the network and the package sources, then run: apt-get ${args.join(' ')}`,
  });
}
