import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CNIOperator, type CNIOperatorOptions } from '../../../../src/index.js';
import { untilEmpty } from '../../harness/eventually.js';
import type { Lab } from '../../harness/lab.js';
import { pluginDir } from '../../harness/plugin-dirs.js';
import { bridge, hostLocal } from '../../harness/plugins.js';

/** The configuration folder of a lab. */
export function confDir(lab: Lab): string {
  return join(lab.folder, 'net.d');
}

/** Writes a network to the configuration folder, to a file with its name. */
export async function configure(
  lab: Lab,
  name: string,
  plugins: readonly object[],
  cniVersion = '1.0.0',
): Promise<void> {
  await mkdir(confDir(lab), { recursive: true });
  await writeFile(join(confDir(lab), `${name}.conflist`), JSON.stringify({ cniVersion, name, plugins }));
}

/** Removes every configuration. */
export async function unconfigure(lab: Lab): Promise<void> {
  await rm(confDir(lab), { recursive: true });
}

/** An operator with the real plugins, which ends with the test. */
export async function createOperator(lab: Lab, options: CNIOperatorOptions = {}): Promise<CNIOperator> {
  const folders = { confDir: confDir(lab), binDirs: [pluginDir], cacheDir: lab.cacheDir };
  const operator = await CNIOperator.create({ ...folders, ...options });
  lab.defer(() => operator[Symbol.asyncDispose]());
  return operator;
}

/** A bridge with a subnet of each family, `10.<number>.0.0/24` and `fd10:<number>::/64`. */
export function sideBridge(lab: Lab, number: number): object {
  const ipam = { ...hostLocal(lab.dataDir, `10.${number}.0.0/24`, `fd10:${number}::/64`), routes: [] };
  return bridge({ bridge: lab.ownBridge(`testbr${number}`), ipam });
}

/** The same, with the default routes of a pod. */
export function gatewayBridge(lab: Lab, number: number, capabilities: object = {}): object {
  const ipam = hostLocal(lab.dataDir, `10.${number}.0.0/24`, `fd10:${number}::/64`);
  return { ...bridge({ bridge: lab.ownBridge(`testbr${number}`), ipam }), capabilities };
}

/** What the test has left on the machine so far, except bridges, which stay until the test is over. */
export async function remains(lab: Lab): Promise<string[]> {
  // An operator keeps a lock for a moment, for the next operation.
  await untilEmpty(async () => (await lab.leftovers()).filter((thing) => thing.includes('/locks/.work-')));
  return (await lab.leftovers()).filter((thing) => !thing.startsWith('interface testbr'));
}
