import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isFresh } from './freshness.mjs';
import { projectFolder } from './project.mjs';
import { reportFound, reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';

const output = join(projectFolder, 'dist');
const sources = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** dist/, compiled when src/ is newer. */
export function setupBuild() {
  const paths = sources.map((name) => join(projectFolder, name));
  if (isFresh(join(output, 'index.js'), paths)) return reportFound('build', 'up to date');
  return reportWork('build', 'compiling src to dist', compile);
}

/** Compiles beside dist/ and swaps the folders, so that a program that runs meanwhile sees no half of it. */
export function compile() {
  const workFolder = join(projectFolder, '.setup');
  mkdirSync(workFolder, { recursive: true });
  const scratch = mkdtempSync(join(workFolder, 'build-'));
  try {
    const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
    const args = ['-p', 'tsconfig.build.json', '--noEmitOnError', '--outDir', join(scratch, 'new')];
    runQuietly(process.execPath, [compiler, ...args], { cwd: projectFolder });
    replaceFolder(join(scratch, 'new'), join(scratch, 'old'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {string} fresh
 * @param {string} old where the present dist/ is put aside
 */
function replaceFolder(fresh, old) {
  try {
    renameSync(output, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, output);
}
