import type { LibcniErrorCode } from '../../errors/libcni-error.js';
import type { NetworkConfigList } from '../../libcni/conf/types.js';

/** A problem that makes a network unusable, or keeps the store from working. */
export interface ConfProblem {
  /** The file or folder at fault; for a network without a file, the name of its source. */
  readonly file: string;
  readonly code: LibcniErrorCode;
  /** The network that cannot be used, if its name is known. */
  readonly network?: string;
  /** For people; decide by `code`. */
  readonly reason: string;
  /** The place inside the file, for example `$.plugins[0].type`. */
  readonly jsonPath?: string;
  /** What to do about it, if known. */
  readonly hint?: string;
}

/** A network that can be used. */
export interface LoadedNetwork {
  readonly name: string;
  /** The name of its source: the configuration folder, or `networks` for objects of the program. */
  readonly source: string;
  /** The file that it was loaded from, if any. */
  readonly file?: string;
  readonly list: NetworkConfigList;
}

/** The origin of a network, for people. */
export function placeOf({ file, source }: LoadedNetwork): string {
  return file ?? source;
}

/** The configuration at one moment. Deeply frozen: it never changes, but is replaced by a newer one. */
export interface ConfSnapshot {
  /**
   * In the order of their sources; within a folder, in byte order of the file names. Names are unique: the first network of
   * a name is used, the others are problems.
   */
  readonly networks: readonly LoadedNetwork[];
  /** The named default network, once it exists; if none was named, the first network. */
  readonly defaultNetwork: LoadedNetwork | undefined;
  /** The problems of files that are not among `networks`. */
  readonly problems: readonly ConfProblem[];
  /** 1 for the first snapshot of a store, one more for each change. */
  readonly generation: number;
}

/** The network with a name. */
export function networkNamed({ networks }: ConfSnapshot, name: string): LoadedNetwork | undefined {
  return networks.find((network) => network.name === name);
}

/** Whether two snapshots have the same networks, ignoring problems and generations. */
export function haveSameNetworks(a: ConfSnapshot, b: ConfSnapshot): boolean {
  return (
    a.defaultNetwork?.name === b.defaultNetwork?.name &&
    a.networks.length === b.networks.length &&
    a.networks.every((network, index) => isSameNetwork(network, b.networks[index]))
  );
}

export function areSameProblems(a: readonly ConfProblem[], b: readonly ConfProblem[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Compares the JSON: everything else derives from it, and a value could be nested too deeply to compare. */
function isSameNetwork(a: LoadedNetwork, b: LoadedNetwork | undefined): boolean {
  return (
    b !== undefined &&
    a.name === b.name &&
    a.source === b.source &&
    a.file === b.file &&
    a.list.bytes === b.list.bytes &&
    a.list.plugins.length === b.list.plugins.length &&
    a.list.plugins.every(({ bytes }, index) => bytes === b.list.plugins[index]?.bytes)
  );
}
