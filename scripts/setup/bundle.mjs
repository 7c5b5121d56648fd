// Bundles the library into the one file that its argument names; what the package depends on stays outside.
import { build } from 'esbuild';
import { projectFolder } from './project.mjs';

await build({
  absWorkingDir: projectFolder,
  entryPoints: ['src/index.ts'],
  outfile: process.argv[2],
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
});
