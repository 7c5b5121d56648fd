import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';
import { isFresh } from './freshness.mjs';
import { installPackages } from './install-packages.mjs';
import { projectFolder } from './project.mjs';
import { reportFound, reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';

const nativeFolder = join(projectFolder, 'native');
const compilers = ['musl-gcc', 'cc', 'gcc', 'clang'];

/** The native helper, built from native/ with whatever C compiler is there. */
export function setupHelper() {
  const sources = readdirSync(nativeFolder).filter((name) => /^Makefile$|\.[ch]$/.test(name));
  if (
    isFresh(
      join(nativeFolder, 'build/cni-helper'),
      sources.map((name) => join(nativeFolder, name)),
    )
  ) {
    return reportFound('helper', 'up to date');
  }
  requireTools();
  const compiler = compilers.find((name) => findProgram(name) !== undefined);
  return reportWork('helper', `compiling with ${compiler}`, () => {
    runQuietly('make', ['-C', nativeFolder, `CC=${compiler}`], {
      hint: 'The helper is plain C11; another compiler can be named: make -C native CC=...',
    });
  });
}

/** musl gives the smallest static binary, so it is what a machine without any compiler gets. */
function requireTools() {
  const hasCompiler = compilers.some((name) => findProgram(name) !== undefined);
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
