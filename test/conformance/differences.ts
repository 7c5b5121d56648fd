import { outcomeDifferences } from './differences-in-outcome.js';
import { valueDifferences } from './differences-in-value.js';
import type { CacheState, Observation } from './harness/observe.js';
import type { Operation, Request } from './harness/protocol.js';
import type { Stage } from './harness/stage.js';

/** The same step in both libraries. */
export interface Pair {
  readonly request: Request;
  readonly stage: Stage;
  /** The caches before the step. */
  readonly before: { readonly go: CacheState; readonly ours: CacheState };
  /** What was observed, before any difference was taken out. */
  readonly seen: { readonly go: Observation; readonly ours: Observation };
  readonly go: Observation;
  readonly ours: Observation;
}

/** An intended difference in the outcome. docs/differences.md describes it under this name. */
export interface Difference {
  readonly name: string;
  /** The operations in which it can occur. @default all */
  readonly ops?: readonly Operation[];
  /** Whether the libraries are in different states afterwards, which ends a case. */
  readonly diverges?: boolean;
  /** The two sides without the difference; `undefined` if it does not apply. */
  readonly reconcile: (pair: Pair) => Partial<Pair> | undefined;
}

/** In the order in which they are tried. Differences in how a string is read are in rewrites.ts. */
export const differences: readonly Difference[] = [...valueDifferences, ...outcomeDifferences];
