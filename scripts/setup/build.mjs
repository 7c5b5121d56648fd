import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isFresh, makeDated } from './freshness.mjs';
import { projectFolder } from './project.mjs';
import { reportFound, reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';

const output = join(projectFolder, 'dist');
const bundler = 'scripts/setup/bundle.mjs';
const declarationsBundler = 'scripts/setup/bundle-declarations.mjs';
const tools = [
  'bundle',
  'bundle-command',
  'bundle-contents',
  'bundle-declarations',
  'class-names',
  'split-indexes',
].map((name) => `scripts/setup/${name}.mjs`);
const sources = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', ...tools];

/** Compiles dist/ if src/ is newer. */
export function setupBuild() {
  const paths = sources.map((name) => join(projectFolder, name));
  if (isFresh(join(output, 'index.js'), paths)) return reportFound('build', 'up to date');
  return reportWork('build', 'compiling src to dist', compile);
}

/**
 * Compiles beside dist/ and swaps the folders, so that a running program never sees half of it.
 * The result is a single file, since Node takes longer to find and link two hundred small modules than to run them.
 */
export function compile() {
  const workFolder = join(projectFolder, '.setup');
  mkdirSync(workFolder, { recursive: true });
  const scratch = mkdtempSync(join(workFolder, 'build-'));
  try {
    const fresh = join(scratch, 'new/index.js');
    makeDated(fresh, () => {
      declareTypes(join(scratch, 'declarations'), join(scratch, 'new'));
      runTool(bundler, join(scratch, 'new'));
    });
    replaceFolder(join(scratch, 'new'), join(scratch, 'old'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder for the declarations of every file
 * @param {string} output for what is gathered of them
 */
function declareTypes(folder, output) {
  const compiler = 'node_modules/typescript/bin/tsc';
  const options = ['--noEmitOnError', '--emitDeclarationOnly', '--outDir', folder];
  runTool(compiler, '-p', 'tsconfig.build.json', ...options);
  runTool(declarationsBundler, join(folder, 'index.d.ts'), join(output, 'index.d.ts'));
  runTool(declarationsBundler, join(folder, 'testing/index.d.ts'), join(output, 'testing.d.ts'));
}

/**
 * @param {string} path inside the project
 * @param {readonly string[]} args
 */
function runTool(path, ...args) {
  runQuietly(process.execPath, [join(projectFolder, path), ...args], { cwd: projectFolder });
}

/**
 * @param {string} fresh
 * @param {string} old where the present dist/ is put aside
 */
function replaceFolder(fresh, old) {
  unless('ENOENT', () => renameSync(output, old));
  // Another process may have compiled at the same time, and been faster.
  unless('ENOTEMPTY', () => renameSync(fresh, output));
}

/**
 * @param {string} code the error that is none
 * @param {() => void} action
 */
function unless(code, action) {
  try {
    action();
  } catch (error) {
    if (error.code !== code) throw error;
  }
}
