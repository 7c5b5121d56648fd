// Shares attachments between the library and cnitool, and runs STATUS and GC of the newest plugins:
// npm run test:interop [-- --update] [vitest's arguments]
import { join } from 'node:path';
import { findInstalledPlugins } from './conformance/installed-plugins.mjs';
import { buildCnitool, buildNewestPlugins } from './conformance/newest-programs.mjs';
import { canIsolate, isolationHint, runIsolated } from './sandbox/isolate.mjs';
import { runMain } from './setup/main.mjs';
import { projectFolder } from './setup/project.mjs';
import { SetupFailure } from './setup/setup-failure.mjs';

const args = process.argv.slice(2);
const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');

// The place of cnitool's cache is fixed. If the folder is missing, an empty folder hides its parent instead.
const ownCache = '[ -d /var/lib/cni ] || { mount -t tmpfs tmpfs /var/lib && mkdir /var/lib/cni; }; exec "$@"';

await runMain(async () => {
  const options = { update: args.includes('--update') };
  const [plugins, cnitool] = [buildNewestPlugins(options), buildCnitool(options)];
  if (plugins === undefined || cnitool === undefined) return;
  if (!(await canIsolate())) throw new SetupFailure(isolationHint);
  const installed = findInstalledPlugins(plugins);
  process.exitCode = await runTests({ plugins, installed, cnitool });
});

/** @param {{ plugins: string, installed: string, cnitool: string }} programs */
function runTests({ plugins, installed, cnitool }) {
  const rest = args.filter((arg) => arg !== '--update');
  const command = [process.execPath, vitest, 'run', '--root', projectFolder, '--project', 'interop', ...rest];
  const env = {
    ...process.env,
    CNI_PATH: `${plugins}:${installed}`,
    INTEGRATION_PLUGINS: plugins,
    INTEROP_NEWEST: plugins,
    INTEROP_INSTALLED: installed,
    INTEROP_CNITOOL: cnitool,
  };
  return runIsolated(['sh', '-euc', ownCache, 'sh', ...command], { env });
}
