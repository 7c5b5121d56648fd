import type { NetworkConfigList } from '../../libcni/conf/types.js';
import type { ConfFault } from './conf-fault.js';

/** A network of a {@link ConfSource}. */
export interface SourceNetwork {
  readonly list: NetworkConfigList;
  /** The file that it comes from, if any. */
  readonly file?: string | undefined;
}

/** The content of a {@link ConfSource} at one moment. */
export interface ConfListing {
  /** In order: if two have the same name, the first is used. They are frozen. */
  readonly networks: readonly SourceNetwork[];
  /** The problems of unusable networks. @default none */
  readonly faults?: readonly ConfFault[] | undefined;
  /**
   * False if a part could not be read just now, so that missing networks may still exist. Such a listing is used only if
   * there was none before. @default true
   */
  readonly isWhole?: boolean | undefined;
}

/**
 * Where network configurations come from: a folder, objects of the program, or something of your own, such as a
 * database. An operator takes any number of them.
 */
export interface ConfSource {
  /** Names the source in problems and messages, for example the path of a folder. */
  readonly name: string;
  /**
   * Returns the current networks. Called at the start, after each change, and for `reload()`, but never concurrently. If
   * it rejects or returns anything but a listing, the source counts as unavailable: its last listing stays in use, and a
   * problem says so.
   */
  list(options: { readonly signal: AbortSignal }): Promise<ConfListing>;
  /** Starts watching, and calls `onChange` whenever {@link list} or {@link problems} may have changed. */
  watch?(onChange: () => void): void;
  /** Problems of the source itself, for example that it cannot be watched. */
  problems?(): readonly ConfFault[];
  /** Ends what {@link watch} has started. Called once, last. */
  close?(): Promise<void>;
}
