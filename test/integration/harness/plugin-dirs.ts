import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders with the CNI project's plugins: `CNI_PATH` first, then the usual ones. */
export const pluginDirs = findPluginDirs();

/** Plugins made for these tests. */
export const fixtureDir = fileURLToPath(new URL('../../fixtures/integration/plugins', import.meta.url));

function findPluginDirs(): string[] {
  const named = (process.env.CNI_PATH ?? '').split(':').filter(Boolean);
  const dirs = [...named, '/opt/cni/bin', '/usr/lib/cni'].filter((dir) => existsSync(join(dir, 'bridge')));
  if (dirs.length === 0) {
    throw new Error('No CNI plugins: name their folder in CNI_PATH, or install containernetworking-plugins.');
  }
  return dirs;
}
