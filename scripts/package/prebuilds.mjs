import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';
import { isFresh } from '../setup/freshness.mjs';
import { installPackages } from '../setup/install-packages.mjs';
import { projectFolder } from '../setup/project.mjs';
import { reportFound, reportWork } from '../setup/report.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';
import { architectures } from './architectures.mjs';
import { muslCompiler } from './musl.mjs';

const nativeFolder = join(projectFolder, 'native');

/** prebuilds/: one static helper for each processor. */
export function makePrebuilds() {
  if (!findProgram('make')) installPackages({ step: 'prebuilds', missing: ['make'], packages: ['make'] });
  for (const architecture of architectures) makePrebuild(architecture);
}

/** @param {import('./musl.mjs').Architecture} architecture */
function makePrebuild(architecture) {
  const output = join(projectFolder, 'prebuilds', `linux-${architecture.node}`, 'cni-helper');
  const sources = readdirSync(nativeFolder).filter((name) => /^Makefile$|\.[ch]$/.test(name));
  if (
    isFresh(
      output,
      sources.map((name) => join(nativeFolder, name)),
    )
  ) {
    return reportFound('prebuilds', `${architecture.node} up to date`);
  }
  const compiler = muslCompiler(architecture);
  mkdirSync(dirname(output), { recursive: true });
  return reportWork('prebuilds', `compiling for ${architecture.node}`, () => {
    runQuietly('make', ['-B', '-C', nativeFolder, `CC=${compiler}`, `OUT=${output}`]);
  });
}
