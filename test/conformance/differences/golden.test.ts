import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Arena } from '../harness/arena.js';
import { goldenCase, goldenFile, goldenPlaces, goldenView, readGolden } from '../harness/golden.js';
import { Oracle } from '../harness/oracle.js';
import type { Case } from '../harness/play.js';

let oracle: Oracle;

beforeAll(() => {
  oracle = new Oracle();
});

afterAll(async () => await oracle[Symbol.asyncDispose]());

test.each(goldenPlaces)('the golden file of $verb in $version is what Go does', async ({ version, verb }) => {
  const seen = await askOracle(goldenCase(version, verb));
  if (process.env.CONFORMANCE_UPDATE_GOLDEN) {
    const file = goldenFile(version, verb);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(seen, null, 2)}\n`);
  }
  expect(readGolden(version, verb)).toEqual(seen);
});

async function askOracle({ stage = {}, steps }: Case): Promise<unknown> {
  using arena = new Arena(stage);
  let seen: unknown;
  for (const request of steps) {
    seen = goldenView(await arena.play(request, (local) => oracle.ask(local)));
  }
  return seen;
}
