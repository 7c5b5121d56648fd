// Sets up everything that the other commands need. It uses only Node's own modules, because it runs first.
//
//   node scripts/setup.mjs                    every step
//   node scripts/setup.mjs modules build      these steps
import { setupBuild } from './setup/build.mjs';
import { setupDevices } from './setup/devices.mjs';
import { setupHelper } from './setup/helper.mjs';
import { runMain } from './setup/main.mjs';
import { setupModules } from './setup/modules.mjs';
import { setupNameServer } from './setup/name-server.mjs';
import { setupPlugins } from './setup/plugins.mjs';
import { setupPrograms } from './setup/programs.mjs';
import { setupRuntimes } from './setup/runtimes.mjs';
import { SetupFailure } from './setup/setup-failure.mjs';

const steps = {
  modules: setupModules,
  programs: setupPrograms,
  plugins: setupPlugins,
  devices: setupDevices,
  runtimes: setupRuntimes,
  names: setupNameServer,
  helper: setupHelper,
  build: setupBuild,
};

/** @param {readonly string[]} names */
function runSteps(names) {
  const unknown = names.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) {
    throw new SetupFailure(`No such step: ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}.`);
  }
  const chosen = names.length > 0 ? names : Object.keys(steps);
  const failures = chosen.flatMap((name) => runStep(steps[name]));
  if (failures.length > 0) throw askForPackages(failures);
}

/**
 * If packages are missing for a step, the others go on, so that one report names all packages.
 *
 * @param {() => void} step
 * @returns {SetupFailure[]}
 */
function runStep(step) {
  try {
    step();
    return [];
  } catch (error) {
    if (error instanceof SetupFailure && error.packages.length > 0) return [error];
    throw error;
  }
}

/** @param {readonly SetupFailure[]} failures */
function askForPackages(failures) {
  const packages = [...new Set(failures.flatMap((failure) => failure.packages))].sort().join(' ');
  return new SetupFailure(failures.map(({ message }) => message).join('\n'), {
    hint: `Run this as root, or install similar packages: apt-get update && apt-get install -y --no-install-recommends ${packages}`,
  });
}

await runMain(() => runSteps(process.argv.slice(2)));
