import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../harness/lab.js';
import { pluginDir } from '../../harness/plugin-dirs.js';
import { run } from '../../harness/run.js';
import { confDir } from '../../operator/harness/operators.js';

/** The command as it is in the package. */
export const command = fileURLToPath(new URL('../../../../dist/libcni.cjs', import.meta.url));

/** The options that lead the command to what is the lab's. */
export function placesOf(lab: Lab): string[] {
  return [
    ...['--netconfpath', confDir(lab)],
    ...['--cni-path', pluginDir],
    ...['--cache-dir', lab.cacheDir],
    ...['--state-dir', stateDir(lab)],
  ];
}

/** Beside the cache: files in that count as leftovers. */
export function stateDir(lab: Lab): string {
  return join(lab.folder, 'state');
}

/** Runs the command and gives what it printed. */
export function libcni(...args: string[]): Promise<string> {
  return run(process.execPath, command, ...args);
}
