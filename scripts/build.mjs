// Compiles src to dist, even if it is up to date.
import { compile } from './setup/build.mjs';
import { runMain } from './setup/main.mjs';
import { reportWork } from './setup/report.mjs';

await runMain(() => reportWork('build', 'compiling src to dist', compile));
