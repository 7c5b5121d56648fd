import type { Pair } from '../differences.js';
import { type Rewrite, rewrites } from '../rewrites.js';
import { Arena } from './arena.js';
import { compare, type Verdict } from './compare.js';
import { isFulfilled } from './fulfilled.js';
import type { Oracle } from './oracle.js';
import { askOurs } from './ours.js';
import type { Operation, Request } from './protocol.js';
import { rewriteCase } from './rewrite-case.js';
import type { Stage } from './stage.js';

/** Steps that both libraries perform one after another, starting from the same state. */
export interface Case {
  readonly stage?: Stage;
  readonly steps: readonly Request[];
}

/** The outcome of a case. */
export interface Outcome {
  /** The first step on which the libraries do not agree. */
  readonly mismatch?: Verdict;
  /** Names of the intended differences that occurred. */
  readonly differences: readonly string[];
  /** The operation of each step that both libraries fulfilled. */
  readonly fulfilled: readonly Operation[];
}

/** Performs a case on both sides. If they do not agree, again with rewritten input for Go where Go reads it differently. */
export async function play(oracle: Oracle, given: Case): Promise<Outcome> {
  const plain = await playOnce(oracle, given, []);
  if (plain.mismatch === undefined) return plain;
  for (const chosen of choices(given)) {
    const outcome = await playOnce(oracle, given, chosen);
    const names = chosen.map(({ name }) => name);
    if (outcome.mismatch === undefined)
      return { ...outcome, differences: [...names, ...outcome.differences] };
  }
  return plain;
}

/** Each rewrite that changes anything, alone or after the earlier ones, then all but one, then all. */
function choices(given: Case): Rewrite[][] {
  const effective: Rewrite[] = [];
  for (const rewrite of rewrites) {
    if (textOf(given, [...effective, rewrite]) !== textOf(given, effective)) effective.push(rewrite);
  }
  const singles = effective.map((rewrite) => [rewrite]);
  const allButOne = effective.map((left) => effective.filter((rewrite) => rewrite !== left));
  return effective.length > 1 ? [...singles, ...allButOne, effective] : singles;
}

function textOf(given: Case, chosen: readonly Rewrite[]): string {
  const { stage, steps } = rewriteCase(given, chosen);
  return JSON.stringify({ stage, steps });
}

/** Performs steps until the two are no longer in the same state. */
async function playOnce(oracle: Oracle, given: Case, chosen: readonly Rewrite[]): Promise<Outcome> {
  const { stage = {}, steps } = given;
  const forGo = rewriteCase(given, chosen);
  using goArena = new Arena(forGo.stage);
  using ourArena = new Arena(stage);
  const differences: string[] = [];
  const fulfilled: Operation[] = [];
  let before: Pair['before'] = { go: goArena.cache(), ours: ourArena.cache() };
  for (const [step, request] of steps.entries()) {
    const [fromGo, fromOurs] = await Promise.all([
      goArena.play(forGo.steps[step] ?? request, (local) => oracle.ask(local), ourArena),
      ourArena.play(request, askOurs, goArena),
    ]);
    const seen = { go: forGo.restore(fromGo), ours: forGo.restore(fromOurs) };
    const verdict = compare({ request, stage, before, seen, ...seen });
    differences.push(...verdict.differences);
    if (!verdict.agree) return { mismatch: verdict, differences, fulfilled };
    if (isFulfilled(request.op, seen.go) && isFulfilled(request.op, seen.ours)) fulfilled.push(request.op);
    if (verdict.diverged) break;
    before = seen;
  }
  return { differences, fulfilled };
}
