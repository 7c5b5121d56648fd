import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';
import { projectFolder } from '../setup/project.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';

/** The files that git reports as changed; empty without git. */
export function changedFiles() {
  if (!findProgram('git') || !existsSync(join(projectFolder, '.git'))) return '';
  return runQuietly('git', ['-c', `safe.directory=${projectFolder}`, 'status', '--porcelain'], {
    cwd: projectFolder,
  });
}
