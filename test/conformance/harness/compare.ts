import { type Difference, differences, type Pair } from '../differences.js';
import { canonical } from './canonical.js';
import type { Observation } from './observe.js';

/** Whether two libraries agree, and which intended differences occurred. */
export interface Verdict {
  readonly agree: boolean;
  readonly differences: readonly string[];
  /** Whether the libraries are in different states now. */
  readonly diverged: boolean;
  /** What is left to compare after the intended differences. */
  readonly pair: Pair;
}

/** Compares, and if that fails, tries the intended differences. Nothing else is filtered. */
export function compare(pair: Pair): Verdict {
  if (agrees(pair)) return { agree: true, differences: [], diverged: false, pair };
  const applied: string[] = [];
  let diverged = false;
  let left = pair;
  for (const difference of differences) {
    const reconciled = apply(difference, left);
    if (reconciled === undefined) continue;
    applied.push(difference.name);
    diverged ||= difference.diverges === true;
    left = reconciled;
    if (agrees(left)) return { agree: true, differences: applied, diverged, pair: left };
  }
  return { agree: false, differences: applied, diverged, pair: left };
}

/** A difference that changes nothing does not count. */
function apply(difference: Difference, pair: Pair): Pair | undefined {
  if (difference.ops && !difference.ops.includes(pair.request.op)) return undefined;
  const reconciled = difference.reconcile(pair);
  if (reconciled === undefined) return undefined;
  const changed = { ...pair, ...reconciled };
  const same = (side: 'go' | 'ours') => visible(changed[side]) === visible(pair[side]);
  return same('go') && same('ours') ? undefined : changed;
}

function agrees({ go, ours }: Pair): boolean {
  return visible(go) === visible(ours);
}

/** Everything but the message, which is for humans. */
export function visible({ answer: { message: _, ...answer }, runs, files }: Observation): string {
  return canonical({ answer: { value: null, ...answer }, runs, files });
}
