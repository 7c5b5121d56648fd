// Compiles src to dist, whatever is there already.
import { compile } from './setup/build.mjs';
import { runMain } from './setup/main.mjs';
import { reportWork } from './setup/report.mjs';

await runMain(() => reportWork('build', 'compiling src to dist', compile));
