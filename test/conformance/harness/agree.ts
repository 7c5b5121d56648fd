import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { visible } from './compare.js';
import type { Observation } from './observe.js';
import { Oracle } from './oracle.js';
import { type Case, type Outcome, play } from './play.js';
import { runsFor, seed, writeReport } from './settings.js';

/** A property on which both libraries must agree. */
export interface Property {
  readonly title: string;
  readonly cases: fc.Arbitrary<Case>;
  /** Its share of all cases, in percent. */
  readonly percent: number;
}

/** Defines a test: both libraries do the same in every generated case, apart from intended differences. */
export function testAgreement({ title, cases, percent }: Property): void {
  let oracle: Oracle;
  beforeAll(() => {
    oracle = new Oracle();
  });
  afterAll(async () => await oracle[Symbol.asyncDispose]());

  const numRuns = runsFor(percent);
  test(title, { timeout: 60_000 + numRuns * 200 }, async () => {
    const differences: Record<string, number> = {};
    const fulfilled: Record<string, number> = {};
    const property = fc.asyncProperty(cases, async (given) => {
      const outcome = await play(oracle, given);
      countEach(differences, outcome.differences);
      countEach(fulfilled, outcome.fulfilled);
      if (outcome.mismatch) throw new Error(describe(given, outcome));
    });
    await fc.assert(property, { numRuns, seed });
    writeReport({ property: title, cases: numRuns, differences, fulfilled });
  });
}

function countEach(counts: Record<string, number>, names: readonly string[]): void {
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
}

const MAX_TEXT = 20_000;

/** The counterexample in readable form: text instead of base64. */
function describe(given: Case, { mismatch }: Outcome): string {
  if (mismatch === undefined) return '';
  const { pair, differences } = mismatch;
  const { bytes = '', ...request } = pair.request;
  return [
    `The libraries do not agree on ${JSON.stringify(request)}`,
    `text:  ${JSON.stringify(Buffer.from(bytes, 'base64').toString('utf8'))}`,
    `stage: ${JSON.stringify(given.stage ?? {}, readableBuffers)}`,
    `Go:    ${pair.go.answer.message ?? ''} ${visible(withoutInherited(pair.go))}`,
    `ours:  ${pair.ours.answer.message ?? ''} ${visible(withoutInherited(pair.ours))}`,
    `differences on purpose that were tried: ${differences.join(', ') || 'none'}`,
  ]
    .map((line) => line.slice(0, MAX_TEXT))
    .join('\n');
}

/** Leaves out most of the environment: that of the host does not belong in a log. */
function withoutInherited(seen: Observation): Observation {
  const runs = seen.runs.map((run) => {
    const own = Object.entries(run.env).filter(([name, value]) => process.env[name] !== value);
    return { ...run, env: Object.fromEntries(own) };
  });
  return { ...seen, runs };
}

function readableBuffers(_key: string, value: unknown): unknown {
  const isBuffer = typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
  return isBuffer && 'data' in value && Array.isArray(value.data)
    ? Buffer.from(value.data).toString('utf8')
    : value;
}
