import { basename } from 'node:path';
import { checkPlugins, checkVersion } from './check-plugins.js';
import { type ConfFault, isMomentary } from './conf-fault.js';
import type { LoadedNetwork } from './conf-snapshot.js';
import { type FolderLoad, loadFolder } from './load-folder.js';
import { mapLimited } from './map-limited.js';
import type { PluginProbe } from './plugin-probe.js';
import { pluginTypes } from './plugin-types.js';

/** What is loaded, and how. */
export interface ConfigurationSource {
  readonly confDir: string;
  readonly filter: (fileName: string) => boolean;
  /** Checks the plugins; without it they are taken to be there. */
  readonly probe: PluginProbe | undefined;
  readonly binDirs: readonly string[];
  readonly pluginDirs: (pluginType: string) => readonly string[];
  /** The networks that are in use, by their names. */
  readonly inUse: ReadonlySet<string>;
}

/** A configuration as it was found. */
export interface ConfigurationLoad extends FolderLoad {
  /** The folders in which the plugins of all networks, ready or not, are looked for. */
  readonly pluginFolders: readonly string[];
}

const NETWORKS_AT_A_TIME = 8;

/**
 * Loads the networks of a folder and keeps those of a known version whose plugins are ready. One in use is kept as well
 * where its plugins could not be asked just now. A name belongs to the first file that has it even while that network is
 * not ready, so that the arrival of a plugin never swaps one file for another.
 */
export async function loadConfiguration(source: ConfigurationSource): Promise<ConfigurationLoad> {
  const folder = await loadFolder(source.confDir, source.filter);
  const { probe } = source;
  const pluginFolders = foldersOf(folder.networks, source);
  const checks = await mapLimited(folder.networks, NETWORKS_AT_A_TIME, async (network) => [
    ...checkVersion(network),
    ...(probe ? await checkPlugins(network, probe) : []),
  ]);
  return {
    networks: folder.networks.filter(({ name }, index) => isUsable(checks[index], source.inUse.has(name))),
    faults: inFileOrder([...folder.faults, ...checks.flat()]),
    isWhole: folder.isWhole,
    pluginFolders,
  };
}

function isUsable(faults: readonly ConfFault[] = [], isInUse: boolean): boolean {
  return isInUse ? faults.every(isMomentary) : faults.length === 0;
}

function inFileOrder(faults: readonly ConfFault[]): ConfFault[] {
  const name = ({ error }: ConfFault) => basename(error.file ?? '');
  return faults.toSorted((a, b) => Buffer.compare(Buffer.from(name(a)), Buffer.from(name(b))));
}

function foldersOf(
  networks: readonly LoadedNetwork[],
  { binDirs, pluginDirs }: ConfigurationSource,
): string[] {
  const types = networks.flatMap(({ list }) => pluginTypes(list));
  return [...new Set([...types.flatMap(pluginDirs), ...binDirs])];
}
