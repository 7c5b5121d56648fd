import type { DriverPool } from '../drivers/driver-pool.js';
import type { Comparison } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { SuiteId } from '../options.js';
import type { Workspace } from '../workspace.js';

/** Contenders that run in the same rounds, and the comparisons between them. */
export interface Suite {
  /** The value of `--only`. */
  readonly id: SuiteId;
  readonly contenders: readonly Contender[];
  readonly comparisons: readonly Comparison[];
}

/** What suites use. */
export interface Bench {
  readonly pool: DriverPool;
  readonly workspace: Workspace;
  /** Scales a number of runs or files: a smoke test uses a twentieth of it. */
  readonly scale: (count: number) => number;
}

/** The heap of a Node driver, unless heaps are compared. */
export const SMALL_HEAP_MIB = 50;
export const LARGE_HEAP_MIB = 1024;

/** The names of the contenders. */
export const BARE = 'bare posix_spawn';
export const OURS = 'libcni for Node';
export const OURS_LARGE = 'libcni for Node, 1 GiB heap';
export const OVER_CHILD_PROCESS = 'libcni over child_process';
export const OVER_EXECA = 'libcni over execa';
export const GO = 'Go libcni';
/** Go, with the record of each attachment synced before ADD ends. */
export const GO_SYNCED = 'Go libcni, record synced';
