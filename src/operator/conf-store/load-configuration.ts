import { basename } from 'node:path';
import { mapLimited } from '../../files/map-limited.js';
import { checkPlugins, checkVersion } from './check-plugins.js';
import { type ConfFault, isMomentary, isPassing } from './conf-fault.js';
import type { LoadedNetwork } from './conf-snapshot.js';
import type { PluginProbe } from './plugin-probe.js';
import { pluginTypes } from './plugin-types.js';
import type { Sources } from './sources.js';

/** What to load, and how. */
export interface ConfigurationParts {
  readonly sources: Sources;
  readonly signal: AbortSignal;
  /** Checks the plugins; without it, they are assumed to be installed. */
  readonly probe: PluginProbe | undefined;
  readonly binDirs: readonly string[];
  readonly pluginDirs: (pluginType: string) => readonly string[];
  /** The networks in use, by name. */
  readonly inUse: ReadonlySet<string>;
}

/** A configuration that was loaded. */
export interface ConfigurationLoad {
  readonly networks: readonly LoadedNetwork[];
  /** Why other networks are not among `networks`. */
  readonly faults: readonly ConfFault[];
  /** The current faults; they differ only for unavailable sources. */
  readonly faultsNow: readonly ConfFault[];
  /** The plugin folders of all networks, ready or not. */
  readonly pluginFolders: readonly string[];
  /** Whether a fault may be temporary. */
  readonly mustRetry: boolean;
}

const NETWORKS_AT_A_TIME = 8;

/**
 * Loads the networks of all sources and keeps those of a known version whose plugins are ready. A network in use is also
 * kept if its plugins could not be asked just now. A name belongs to the first network that has it, even while that
 * network is not ready, so that the arrival of a plugin never swaps one network for another.
 */
export async function loadConfiguration(parts: ConfigurationParts): Promise<ConfigurationLoad> {
  const { probe, inUse, sources, signal } = parts;
  const { networks, faults, faultsNow, isOneAway } = await sources.read(signal);
  const checks = await mapLimited(networks, NETWORKS_AT_A_TIME, async (network) => [
    ...checkVersion(network),
    ...(probe ? await checkPlugins(network, probe) : []),
  ]);
  const found = checks.flat();
  return {
    networks: networks.filter(({ name }, index) => isUsable(checks[index], inUse.has(name))),
    faults: inFileOrder([...faults, ...found]),
    faultsNow: inFileOrder([...faultsNow, ...found]),
    pluginFolders: foldersOf(networks, parts),
    mustRetry: isOneAway || found.some(isPassing),
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
  { binDirs, pluginDirs }: ConfigurationParts,
): string[] {
  const types = networks.flatMap(({ list }) => pluginTypes(list));
  return [...new Set([...types.flatMap(pluginDirs), ...binDirs])];
}
