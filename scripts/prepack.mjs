// Builds the parts of the package that are not in the repository: dist/ and prebuilds/.
import { makePrebuilds } from './package/prebuilds.mjs';
import { compile } from './setup/build.mjs';
import { runMain } from './setup/main.mjs';
import { setupModules } from './setup/modules.mjs';
import { reportWork } from './setup/report.mjs';

await runMain(() => {
  setupModules();
  reportWork('build', 'compiling src to dist', compile);
  makePrebuilds();
});
