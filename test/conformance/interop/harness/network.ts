import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CNIConfig, loadNetworkConf, type NetworkConfigList } from '../../../../src/index.js';
import type { Lab } from '../../../integration/harness/lab.js';
import { bridge, firewall, hostLocal, portmap } from '../../../integration/harness/plugins.js';
import { notingDir, type PluginSet } from './plugin-sets.js';

/** A network that both libraries use: a folder with its configuration, and this library with cnitool's cache. */
export interface Network {
  readonly confDir: string;
  readonly list: NetworkConfigList;
  readonly path: readonly string[];
  readonly cni: CNIConfig;
}

/** The settings of a network; all have a default. */
export interface NetworkChoices {
  readonly plugins: readonly object[];
  readonly path: readonly string[];
  readonly cniVersion: string;
}

/** Writes a configuration and reads it back. Plugins find each other in the same folders as the library. */
export async function makeNetwork(lab: Lab, choices: NetworkChoices): Promise<Network> {
  const { plugins, path, cniVersion } = choices;
  const confDir = await mkdtemp(join(lab.folder, 'net.d-'));
  const { bytes } = lab.list('shared', plugins, { cniVersion });
  await writeFile(join(confDir, '10-shared.conflist'), bytes);
  const cni = new CNIConfig({ path: [...path] });
  lab.defer(() => cni[Symbol.asyncDispose]());
  return { confDir, list: await loadNetworkConf(confDir, 'shared'), path, cni };
}

/** A chain of real plugins from one set, including the noting plugin. */
export function makeChain(lab: Lab, set: PluginSet, { withPortmap = true } = {}): Promise<Network> {
  const mapping = withPortmap ? [portmap] : [];
  const plugins = [bridged(lab), tuning, firewall, noting(lab), ...mapping];
  return makeNetwork(lab, { plugins, path: [set.dir, notingDir], cniVersion: set.cniVersion });
}

/** A bridge with addresses of host-local. */
export function bridged(lab: Lab): object {
  return bridge({ bridge: lab.ownBridge('testbr0'), ipam: hostLocal(lab.dataDir, '10.121.0.0/24') });
}

/**
 * A change that is visible in the pod and ends with it. The plugin saves what it changes on an interface, including a MAC
 * address, to a file, and leaves this file behind if the interface is gone before DEL.
 */
export const tuning = { type: 'tuning', sysctl: { 'net.core.somaxconn': '519' } };

/** The noting plugin, with capabilities that no other plugin in the chains needs to understand. */
export function noting(lab: Lab): object {
  return { type: 'noting.mjs', notes: notesFile(lab), capabilities: { portMappings: true, aliases: true } };
}

/** The file that the noting plugin of a lab writes. */
export function notesFile(lab: Lab): string {
  return join(lab.folder, 'notes');
}
