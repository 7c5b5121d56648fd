import { fileURLToPath } from 'node:url';

/** A release of the CNI project's plugins that these tests run. */
export interface PluginSet {
  readonly name: string;
  readonly dir: string;
  /** The newest version that all of its plugins support. */
  readonly cniVersion: string;
}

/** The folder with the plugin that writes down its input. */
export const notingDir = fileURLToPath(new URL('../../../fixtures/interop/plugins', import.meta.url));

/** The newest release. */
export const newest: PluginSet = {
  name: 'the newest',
  dir: findDir('INTEROP_NEWEST'),
  cniVersion: '1.1.0',
};

/** The installed set from before CNI 1.1.0, such as that of a distribution. */
export const installed: PluginSet = {
  name: 'the installed',
  dir: findDir('INTEROP_INSTALLED'),
  cniVersion: '1.0.0',
};

function findDir(variable: string): string {
  const dir = process.env[variable];
  if (dir === undefined)
    throw new Error('This needs two sets of plugins: run it with `npm run test:interop`.');
  return dir;
}
