import type { CNIOperator } from '../operator/index.js';
import type { HelperClient } from '../platform/helper/index.js';
import type { LockStore } from '../platform/locks/index.js';
import type { SandboxEvent } from './events.js';
import type { RuntimeTable } from './runtimes/runtime-table.js';
import type { SandboxNames } from './state/sandbox-names.js';
import type { SandboxStore } from './state/sandbox-store.js';
import type { Turns } from './turns.js';

/** What the verbs of a manager share. */
export interface SandboxContext {
  readonly operator: CNIOperator;
  readonly store: SandboxStore;
  readonly names: SandboxNames;
  readonly locks: LockStore;
  readonly runtimes: RuntimeTable;
  readonly helper: HelperClient;
  /** The folder of network namespaces. */
  readonly netnsDir: string;
  /** The state folder, which tells the sandboxes of this manager from those of others. */
  readonly stateDir: string;
  /** Whether folders of namespaces are taken that others may change. */
  readonly foreignFolders: 'refuse' | 'allow' | undefined;
  /** How many sandboxes to start at a time. */
  readonly starts: Turns;
  readonly emit: (event: SandboxEvent) => void;
  readonly warn: (message: string, id: string) => void;
}
