import type { NetworkConfigList } from '../../libcni/conf/types.js';
import type { ConfFault } from './conf-fault.js';

/** A network as a {@link ConfSource} has it. */
export interface SourceNetwork {
  readonly list: NetworkConfigList;
  /** The file that it is from, where it is from one. */
  readonly file?: string | undefined;
}

/** What a {@link ConfSource} holds at one moment. */
export interface ConfListing {
  /** In order: of two with the same name, the first is used. They are frozen. */
  readonly networks: readonly SourceNetwork[];
  /** What is wrong with those that cannot be used. @default nothing */
  readonly faults?: readonly ConfFault[] | undefined;
  /**
   * False where a part could not be read just now, so that what is missing may still be there. Such a listing is used
   * only where there was none before it. @default true
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
   * The networks of this moment. It is called at the start, after each change, and for `reload()`, never twice at a
   * time. Where it rejects, the source is away: its last listing stays in use, and a problem says so.
   */
  list(options: { readonly signal: AbortSignal }): Promise<ConfListing>;
  /** Starts to watch, and calls `onChange` whenever {@link list} or {@link problems} may give something else. */
  watch?(onChange: () => void): void;
  /** What is wrong with the source itself, for example that it cannot be watched. */
  problems?(): readonly ConfFault[];
  /** Ends what {@link watch} has started. It is called once, as the last. */
  close?(): Promise<void>;
}
