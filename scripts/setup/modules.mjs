import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from './project.mjs';
import { reportFound, reportWork } from './report.mjs';
import { runQuietly } from './run-quietly.mjs';

/** Installs the node modules of package-lock.json with `npm ci`. */
export function setupModules() {
  if (modulesMatchLock()) return reportFound('modules', 'up to date');
  return reportWork('modules', 'npm ci', () => {
    runQuietly('npm', ['ci', '--include=dev'], {
      cwd: projectFolder,
      hint: 'Check the registry that npm is configured for, then run: npm ci',
    });
  });
}

/** npm writes the inner lock file last, so an interrupted installation counts as missing. */
function modulesMatchLock() {
  const installed = readPackages(join(projectFolder, 'node_modules/.package-lock.json'));
  const wanted = readPackages(join(projectFolder, 'package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === entry.version : entry.optional === true;
  });
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version: string, optional?: boolean }>}
 */
function readPackages(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}
