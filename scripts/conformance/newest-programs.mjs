import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable, findProgram } from '../setup/find-program.mjs';
import { projectFolder } from '../setup/project.mjs';
import { reportFound, reportWork } from '../setup/report.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';
import { SetupFailure } from '../setup/setup-failure.mjs';
import { findNewestRelease } from './newest-release.mjs';

const build = join(projectFolder, 'test/conformance/interop/build');

/** The newest release of the CNI project's plugins. */
const plugins = {
  step: 'newest plugins',
  module: 'github.com/containernetworking/plugins',
  packages: 'plugins/...',
  folder: join(build, 'plugins'),
  names: [
    ...[
      'bandwidth',
      'bridge',
      'dhcp',
      'dummy',
      'firewall',
      'host-device',
      'host-local',
      'ipvlan',
      'loopback',
    ],
    ...['macvlan', 'portmap', 'ptp', 'sbr', 'static', 'tap', 'tuning', 'vlan', 'vrf'],
  ],
};

/** The command of the newest release of Go libcni. */
const cnitool = {
  step: 'newest cnitool',
  module: 'github.com/containernetworking/cni',
  packages: 'cnitool',
  folder: join(build, 'bin'),
  names: ['cnitool'],
};

/**
 * The folder of the newest plugins. They are built if they are missing; if CI is set, also if there is a newer release.
 * If Go is missing, prints that and returns `undefined`.
 *
 * @param {{ update?: boolean }} [options] `update`: build them even if they exist
 */
export function buildNewestPlugins(options) {
  return buildWithGo(plugins, options);
}

/**
 * The path of the newest cnitool, as {@link buildNewestPlugins}.
 *
 * @param {{ update?: boolean }} [options]
 */
export function buildCnitool(options) {
  const folder = buildWithGo(cnitool, options);
  return folder === undefined ? undefined : join(folder, 'cnitool');
}

/** @param {typeof plugins} programs */
function buildWithGo(programs, { update = false } = {}) {
  const { step, folder, names } = programs;
  const go = findProgram('go');
  if (go !== undefined && (update || isStale(go, programs))) rmSync(folder, { recursive: true, force: true });
  if (names.some((name) => findExecutable(name, [folder]) === undefined)) {
    if (go === undefined) return reportMissingGo(step);
    reportWork(step, 'compiling with Go', () => install(go, programs));
  }
  reportFound(step, go === undefined ? 'found' : readVersion(go, join(folder, names[0])));
  return folder;
}

/**
 * Whether the programs were built from an older release than the newest one. Checked only in CI; elsewhere there may be no
 * network.
 *
 * @param {string} go
 * @param {typeof plugins} programs
 */
function isStale(go, { step, module, folder, names }) {
  const found = names.map((name) => findExecutable(name, [folder])).find((path) => path !== undefined);
  if (!process.env.CI || found === undefined) return false;
  const [built, newest] = [readVersion(go, found), findNewestRelease(go, module)];
  if (built !== newest) reportFound(step, `found ${built}, but ${newest} is the newest`);
  return built !== newest;
}

/**
 * Go is optional on a developer's machine, and required in CI.
 *
 * @param {string} step
 */
function reportMissingGo(step) {
  if (process.env.CI)
    throw new SetupFailure(`${step}: Go is missing, and nothing may be skipped if CI is set.`);
  process.stdout.write(
    `${step}: Go is missing, so nothing was run with it. Install it (https://go.dev/dl) and run this again.\n`,
  );
}

/** Static binaries, like the project's own releases. */
function install(go, { module, packages, folder }) {
  mkdirSync(folder, { recursive: true });
  runQuietly(go, ['install', `${module}/${packages}@latest`], {
    cwd: build,
    env: { GOBIN: folder, CGO_ENABLED: '0' },
    hint: 'Go asks its configured module proxy.',
  });
}

/** The release that a binary was built from. */
function readVersion(go, binary) {
  const [, version = 'of an unknown release'] =
    /\tmod\t\S+\t(\S+)/.exec(runQuietly(go, ['version', '-m', binary])) ?? [];
  return version;
}
