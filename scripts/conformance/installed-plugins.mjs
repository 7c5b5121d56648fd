import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from '../setup/find-program.mjs';
import { SetupFailure } from '../setup/setup-failure.mjs';

/**
 * The folder of a set of plugins from before CNI 1.1.0, such as that of a distribution, to compare with the newest set.
 *
 * @param {string} newest the folder of the newest set, which never counts
 */
export function findInstalledPlugins(newest) {
  const named = (process.env.CNI_PATH ?? '').split(':').filter(Boolean);
  const folders = [...named, '/opt/cni/bin', '/usr/lib/cni'].filter((folder) => hasBridge(folder, newest));
  const installed = folders.find((folder) => !speaks(join(folder, 'bridge'), '1.1.0'));
  if (installed !== undefined) return installed;
  const summary = 'interop: no plugins from before CNI 1.1.0 are installed.';
  throw new SetupFailure(summary, {
    hint: 'Install the Debian package containernetworking-plugins, or set CNI_PATH to a folder with release 1.1.1.',
  });
}

function hasBridge(folder, newest) {
  return findExecutable('bridge', [folder]) !== undefined && realpathSync(folder) !== realpathSync(newest);
}

/** @param {string} plugin @param {string} version */
function speaks(plugin, version) {
  const input = JSON.stringify({ cniVersion: '1.0.0' });
  const { stdout } = spawnSync(plugin, { input, env: { CNI_COMMAND: 'VERSION' }, encoding: 'utf8' });
  return JSON.parse(stdout).supportedVersions.includes(version);
}
