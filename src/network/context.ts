import type { CNIOperator } from '../operator/index.js';
import type { SubnetPool } from './addressing/pools.js';
import type { DriverTools, NetworkDriver } from './drivers/driver.js';
import type { MemberFiles } from './members/member-files.js';
import type { Catalogue } from './store/catalogue.js';
import type { Claims } from './store/claims.js';

/** What the verbs on networks share. */
export interface NetworksContext {
  readonly operator: CNIOperator;
  readonly confDir: string;
  readonly binDirs: readonly string[];
  readonly drivers: ReadonlyMap<string, NetworkDriver>;
  readonly tools: DriverTools;
  readonly pools: readonly SubnetPool[];
  readonly defaultNetwork: string;
  readonly catalogue: Catalogue;
  readonly claims: Claims;
  readonly members: MemberFiles;
  /** Where the library keeps state that is not in configurations. */
  readonly stateDir: string;
}

/** Limits of a call. */
export interface NetworkLimits {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for others, and for attaching or detaching. @default 30000 to wait; 220000 to attach or detach */
  readonly timeoutMs?: number | undefined;
}
