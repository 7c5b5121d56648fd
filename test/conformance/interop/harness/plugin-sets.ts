import { fileURLToPath } from 'node:url';
import { pluginDirs } from '../../../integration/harness/plugin-dirs.js';

/** A release of the CNI project's plugins that these tests run. */
export interface PluginSet {
  readonly name: string;
  readonly dir: string;
  /** The newest version that all of its plugins speak. */
  readonly cniVersion: string;
}

/** The folder with the plugin that notes what it was given. */
export const notingDir = fileURLToPath(new URL('../../../fixtures/interop/plugins', import.meta.url));

/** The newest release; `npm run test:interop` puts it in front of all others. */
export const newest: PluginSet = { name: 'the newest', dir: findDir(0), cniVersion: '1.1.0' };

/** What is installed on this machine, such as a distribution's set. */
export const installed: PluginSet = { name: 'the installed', dir: findDir(1), cniVersion: '1.0.0' };

function findDir(place: number): string {
  const dir = pluginDirs[place];
  if (dir === undefined)
    throw new Error('This needs two sets of plugins: run it with `npm run test:interop`.');
  return dir;
}
