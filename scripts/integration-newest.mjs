// Runs the tests on real plugins with the newest plugins: npm run test:integration:newest [-- --update] [vitest's arguments]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildNewestPlugins } from './conformance/newest-programs.mjs';
import { runMain } from './setup/main.mjs';
import { projectFolder } from './setup/project.mjs';

const args = process.argv.slice(2);

await runMain(() => {
  const plugins = buildNewestPlugins({ update: args.includes('--update') });
  if (plugins === undefined) return;
  const suite = [join(projectFolder, 'scripts/integration.mjs'), ...args.filter((arg) => arg !== '--update')];
  const env = { ...process.env, CNI_PATH: plugins, INTEGRATION_CNI_VERSION: '1.1.0' };
  process.exitCode = spawnSync(process.execPath, suite, { env, stdio: 'inherit' }).status ?? 1;
});
