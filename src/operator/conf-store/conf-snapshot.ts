import type { LibcniErrorCode } from '../../errors/libcni-error.js';
import type { NetworkConfigList } from '../../libcni/conf/types.js';

/** Something that keeps a network from being used, or the store from doing its work. */
export interface ConfProblem {
  /** The file at fault, or the folder; of what is in no file, the name of its source. */
  readonly file: string;
  readonly code: LibcniErrorCode;
  /** The network that cannot be used, where its name is known. */
  readonly network?: string;
  /** For people; decide by `code`. */
  readonly reason: string;
  /** The place inside the file, for example `$.plugins[0].type`. */
  readonly jsonPath?: string;
  /** What to do about it, where that is known. */
  readonly hint?: string;
}

/** A network that can be used. */
export interface LoadedNetwork {
  readonly name: string;
  /** The name of the source that it is from: the configuration folder, or `networks` for objects of the program. */
  readonly source: string;
  /** The file that it was loaded from, where it is from one. */
  readonly file?: string;
  readonly list: NetworkConfigList;
}

/** Where a network is from, for people. */
export function placeOf({ file, source }: LoadedNetwork): string {
  return file ?? source;
}

/** The configuration at one moment. Frozen to its depth: it never changes, a newer one replaces it. */
export interface ConfSnapshot {
  /**
   * In the order of their sources, and of a folder in the byte order of the files' names. No two have the same name:
   * the first one is used, the others are problems.
   */
  readonly networks: readonly LoadedNetwork[];
  /** The network that was named as the default one, once it is there; the first one where none was named. */
  readonly defaultNetwork: LoadedNetwork | undefined;
  /** What is wrong with the files that are not among `networks`. */
  readonly problems: readonly ConfProblem[];
  /** 1 for the first snapshot of a store, one more for each that differs from the one before it. */
  readonly generation: number;
}

/** The network of a name. */
export function networkNamed({ networks }: ConfSnapshot, name: string): LoadedNetwork | undefined {
  return networks.find((network) => network.name === name);
}

/** Whether two snapshots have the same networks, whatever their problems and generations. */
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

/** Texts decide: all else is made of them, and a nested value could be too deep to compare. */
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
