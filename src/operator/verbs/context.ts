import type { StateFolder } from '../../files/state-folder.js';
import type { CNIConfig, Exec } from '../../libcni/index.js';
import type { HelperClient } from '../../platform/helper/index.js';
import type { LockStore } from '../../platform/locks/index.js';
import type { ConfStore, LoadedNetwork } from '../conf-store/index.js';
import type { Journal } from '../journal/journal.js';
import type { GcGate } from '../locks/gc-gate.js';
import type { OwnAttachments } from '../records/own-attachments.js';
import type { PortOwners } from '../records/port-owners.js';
import type { WarningCollector } from '../records/warning-collector.js';

/** What the operations of an operator share. */
export interface OperatorContext {
  readonly cni: CNIConfig;
  readonly exec: Exec;
  readonly store: ConfStore;
  readonly locks: LockStore;
  readonly gate: GcGate;
  readonly journal: Journal;
  readonly own: OwnAttachments;
  readonly portOwners: PortOwners;
  readonly warnings: WarningCollector;
  readonly helper: HelperClient;
  readonly cacheDir: string;
  /** The names of files that were set aside. */
  readonly asideNames: () => Promise<string[]>;
  /** The entries of the cache. */
  readonly records: StateFolder;
  readonly loopback: 'helper' | 'plugin' | 'none';
  /** Whether what looks wrong in a request is an error. */
  readonly strict: boolean;
}

/** The network of a name among the configurations of the moment. */
export function networkNamed({ store }: OperatorContext, name: string): LoadedNetwork | undefined {
  return store.snapshot().networks.find((network) => network.name === name);
}
