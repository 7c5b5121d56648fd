import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findExecutable } from '../setup/find-program.mjs';
import { pluginNames } from '../setup/plugins.mjs';
import { SetupFailure } from '../setup/setup-failure.mjs';

export { pluginNames };

/**
 * Chooses the plugins that the tests run: all from the first folder that has a bridge plugin, so that none silently comes
 * from another set. It asks every plugin for its versions; all must be of one release.
 *
 * @param {{ folders: readonly string[], expected?: string }} choice `expected`: the newest version of CNI that
 * the plugins must support; other folders are skipped. @default any version
 * @returns {{ folder: string, cniVersion: string }}
 */
export function choosePluginSet({ folders, expected }) {
  const found = [...new Set(folders)].filter((folder) => findExecutable('bridge', [folder]) !== undefined);
  const folder = found.find((each) => expected === undefined || newestOf(each, 'bridge') === expected);
  if (folder === undefined) throw noFolder({ folders, found, expected });
  const missing = pluginNames.filter((name) => findExecutable(name, [folder]) === undefined);
  if (missing.length > 0) {
    throw failure(`${folder} lacks ${missing.join(', ')}. All plugins must be in one folder.`);
  }
  const cniVersion = newestOf(folder, 'bridge');
  const others = pluginNames.filter((name) => newestOf(folder, name) !== cniVersion);
  if (others.length === 0) return { folder, cniVersion };
  const theirs = others.map((name) => `${name} ${newestOf(folder, name)}`);
  throw failure(
    `${folder} has plugins of several releases: bridge supports CNI ${cniVersion}, ${theirs.join(', ')}.`,
  );
}

/** The newest version of CNI that a plugin says it supports. */
function newestOf(folder, name) {
  const input = JSON.stringify({ cniVersion: '1.0.0' });
  const env = { CNI_COMMAND: 'VERSION' };
  const { stdout } = spawnSync(join(folder, name), { input, env, encoding: 'utf8', timeout: 10_000 });
  try {
    return JSON.parse(stdout).supportedVersions.reduce(newer);
  } catch {
    return 'an unknown version';
  }
}

function newer(one, other) {
  return one.localeCompare(other, 'en', { numeric: true }) > 0 ? one : other;
}

function noFolder({ folders, found, expected }) {
  if (found.length === 0) return failure(`There are no plugins in ${folders.join(', ')}.`);
  const theirs = found.map((folder) => `${folder} has ${newestOf(folder, 'bridge')}`);
  return failure(`No plugins whose newest version of CNI is ${expected}: ${theirs.join(', ')}.`);
}

function failure(summary) {
  const hint =
    'Set CNI_PATH to the folder of a complete set, or install the Debian package containernetworking-plugins.';
  return new SetupFailure(`integration: ${summary}`, { hint });
}
