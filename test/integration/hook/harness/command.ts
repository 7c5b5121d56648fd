import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../../harness/lab.js';
import { pluginDir } from '../../harness/plugin-dirs.js';
import { run } from '../../harness/run.js';
import { confDir } from '../../operator/harness/operators.js';

/** The command of the package. */
export const command = fileURLToPath(new URL('../../../../dist/libcni.cjs', import.meta.url));

/** The options that make the command use the folders of the lab. */
export function placesOf(lab: Lab): string[] {
  return [
    ...['--netconfpath', confDir(lab)],
    ...['--cni-path', pluginDir],
    ...['--cache-dir', lab.cacheDir],
    ...['--state-dir', stateDir(lab)],
  ];
}

/** Next to the cache, since files inside count as leftovers. */
export function stateDir(lab: Lab): string {
  return join(lab.folder, 'state');
}

/** Runs the command and returns its output. */
export function libcni(...args: string[]): Promise<string> {
  return run(process.execPath, command, ...args);
}
