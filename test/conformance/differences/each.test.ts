import { afterAll, beforeAll, expect, test } from 'vitest';
import { differences } from '../differences.js';
import { Arena } from '../harness/arena.js';
import type { Observation } from '../harness/observe.js';
import { Oracle } from '../harness/oracle.js';
import { askOurs } from '../harness/ours.js';
import { type Case, play } from '../harness/play.js';
import { rewrites } from '../rewrites.js';
import type { Example } from './example.js';
import { examples } from './examples.js';

let oracle: Oracle;

beforeAll(() => {
  oracle = new Oracle();
});

afterAll(async () => await oracle[Symbol.asyncDispose]());

const outcome = ({ answer }: Observation) => answer.outcome;

test.each(examples)('$name behaves as described', async ({ given, of = outcome, go, ours }: Example) => {
  expect(of(await last(given, (request) => oracle.ask(request))), 'Go').toEqual(go);
  expect(of(await last(given, askOurs)), 'ours').toEqual(ours);
});

async function last({ stage = {}, steps }: Case, ask: Parameters<Arena['play']>[1]): Promise<Observation> {
  using arena = new Arena(stage);
  let seen: Observation | undefined;
  for (const request of steps) seen = await arena.play(request, ask);
  if (seen === undefined) throw new Error('an example needs a step');
  return seen;
}

const named = new Set([...differences, ...rewrites].map(({ name }) => name));

test.each(examples.filter(({ name }) => named.has(name)))(
  'the comparison knows $name',
  async ({ name, given }) => {
    const { mismatch, differences: met } = await play(oracle, given);
    expect(mismatch).toBeUndefined();
    expect(met).toContain(name);
  },
);

test('every difference that the comparison knows has an example', () => {
  const shown = new Set([...examples.map(({ name }) => name), 'validate-asks-in-parallel']);
  expect([...named].filter((name) => !shown.has(name))).toEqual([]);
});
