import { outcomeDifferences } from './differences-in-outcome.js';
import { valueDifferences } from './differences-in-value.js';
import type { CacheState, Observation } from './harness/observe.js';
import type { Operation, Request } from './harness/protocol.js';
import type { Stage } from './harness/stage.js';

/** What both libraries made of the same step. */
export interface Pair {
  readonly request: Request;
  readonly stage: Stage;
  /** The caches before the step. */
  readonly before: { readonly go: CacheState; readonly ours: CacheState };
  /** What was seen, whatever differences have been taken out of it since. */
  readonly seen: { readonly go: Observation; readonly ours: Observation };
  readonly go: Observation;
  readonly ours: Observation;
}

/** A difference on purpose in what comes out, described under its name in docs/differences.md. */
export interface Difference {
  readonly name: string;
  /** Where it can be met. @default everywhere */
  readonly ops?: readonly Operation[];
  /** Whether the two are in different states afterwards, which ends a case. */
  readonly diverges?: boolean;
  /** The two sides without the difference; `undefined` where this is not it. */
  readonly reconcile: (pair: Pair) => Partial<Pair> | undefined;
}

/** In the order in which they are tried. Differences in how a string is read are in rewrites.ts. */
export const differences: readonly Difference[] = [...valueDifferences, ...outcomeDifferences];
