// Everything that the other commands need. It uses nothing but Node's own modules, because it runs first.
//
//   node scripts/setup.mjs                    every step
//   node scripts/setup.mjs modules build      these steps
import { setupBuild } from './setup/build.mjs';
import { setupDevices } from './setup/devices.mjs';
import { setupHelper } from './setup/helper.mjs';
import { runMain } from './setup/main.mjs';
import { setupModules } from './setup/modules.mjs';
import { setupPlugins } from './setup/plugins.mjs';
import { setupPrograms } from './setup/programs.mjs';
import { SetupFailure } from './setup/setup-failure.mjs';

const steps = {
  modules: setupModules,
  programs: setupPrograms,
  plugins: setupPlugins,
  devices: setupDevices,
  helper: setupHelper,
  build: setupBuild,
};

/** @param {readonly string[]} names */
function runSteps(names) {
  const unknown = names.filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) {
    throw new SetupFailure(`No such step: ${unknown.join(', ')}. Steps: ${Object.keys(steps).join(', ')}.`);
  }
  for (const name of names.length > 0 ? names : Object.keys(steps)) steps[name]();
}

await runMain(() => runSteps(process.argv.slice(2)));
