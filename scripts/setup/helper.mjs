import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findCompiler } from './compiler.mjs';
import { findProgram } from './find-program.mjs';
import { isFresh, makeDated } from './freshness.mjs';
import { installPackages } from './install-packages.mjs';
import { projectFolder } from './project.mjs';
import { reportFound, reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';

const nativeFolder = join(projectFolder, 'native');
const output = join(nativeFolder, 'build/cni-helper');

/** Builds the native helper from native/ with any installed C compiler. */
export function setupHelper() {
  const sources = readdirSync(nativeFolder).filter((name) => /^Makefile$|\.[ch]$/.test(name));
  const paths = sources.map((name) => join(nativeFolder, name));
  if (isFresh(output, paths)) return reportFound('helper', 'up to date');
  requireTools();
  const compiler = findCompiler();
  return reportWork('helper', `compiling with ${compiler}`, () => {
    makeDated(output, () => {
      runQuietly('make', ['-C', nativeFolder, `CC=${compiler}`], {
        hint: 'The helper is plain C11. Try another compiler: make -C native CC=...',
      });
    });
  });
}

/** On a machine without a compiler, installs musl, which gives the smallest static binary. */
function requireTools() {
  const hasCompiler = findCompiler() !== undefined;
  const wanted = [
    ...(hasCompiler ? [] : [{ tool: 'a C compiler', packages: ['musl-tools', 'gcc', 'libc6-dev'] }]),
    ...(findProgram('make') ? [] : [{ tool: 'make', packages: ['make'] }]),
  ];
  if (wanted.length === 0) return;
  installPackages({
    step: 'helper',
    missing: wanted.map(({ tool }) => tool),
    packages: wanted.flatMap(({ packages }) => packages),
  });
}
