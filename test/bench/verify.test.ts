import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DriverPool } from '../../bench/drivers/driver-pool.js';
import { writeAttachments } from '../../bench/suites/fixtures.js';
import type { Bench } from '../../bench/suites/suite.js';
import {
  concurrentListSuite,
  largeHeapListSuites,
  listSuite,
  memoryListSuite,
} from '../../bench/suites/verbs.js';

const root = mkdtempSync(join(tmpdir(), 'bench-verify-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Its programs are never run. */
function benchIn(name: string): Bench & { readonly folders: () => string[] } {
  const [disk, memoryFolder] = [join(root, name, 'disk'), join(root, name, 'memory')];
  const folder = (own: string) => {
    for (const place of [disk, memoryFolder]) mkdirSync(join(place, own), { recursive: true });
    return join(disk, own);
  };
  const programs = {
    pluginDir: 'plugins',
    spawnLoop: 'spawn-loop',
    timedRun: 'timed-run',
    goAnchor: 'anchor',
  };
  const workspace = { root: disk, memoryFolder, programs, folder, [Symbol.dispose]: () => {} };
  const folders = () => [disk, memoryFolder].flatMap((on) => readdirSync(on).map((own) => join(on, own)));
  return { pool: new DriverPool(), workspace, scale: (count) => count, folders };
}

test.each([
  ['one after another', listSuite],
  ['100 at a time', concurrentListSuite],
  ['from a small heap and a large one', largeHeapListSuites],
  ['with the cache in memory', memoryListSuite],
] as const)('every contender that attaches and detaches %s must leave nothing', async (name, suite) => {
  const bench = benchIn(name);
  const contenders = [suite(bench) ?? []].flat().flatMap((each) => each.contenders);
  expect(contenders.length).toBeGreaterThan(1);
  for (const cacheDir of bench.folders()) await writeAttachments(cacheDir, { count: 2, config: '{}' });
  for (const { verify } of contenders)
    await expect(verify?.()).rejects.toThrow('2 attachments were not removed');
  for (const cacheDir of bench.folders())
    for (const file of readdirSync(join(cacheDir, 'results'))) rmSync(join(cacheDir, 'results', file));
  for (const { verify } of contenders) await expect(verify?.()).resolves.toBeUndefined();
});
