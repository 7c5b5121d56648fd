import { fileURLToPath } from 'node:url';

/** The folder with the CNI project's plugins. Only one, so that a missing plugin does not come from another folder. */
export const pluginDir = findPluginDir();

/** Plugins made for these tests. */
export const fixtureDir = fileURLToPath(new URL('../../fixtures/integration/plugins', import.meta.url));

/** Every folder that plugins run from, including a second set. */
export const programDirs = [...(process.env.CNI_PATH ?? '').split(':').filter(Boolean), fixtureDir];

function findPluginDir(): string {
  const dir = process.env.INTEGRATION_PLUGINS;
  if (dir === undefined) {
    throw new Error('This needs a set of plugins, and namespaces: run it with `npm run test:integration`.');
  }
  return dir;
}
