import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { reapNetns } from '../../src/netns/index.js';
import { endProcess, eventually, isRunning } from '../platform/helper/harness/processes.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const making = fileURLToPath(new URL('../fixtures/netns/making.ts', import.meta.url));
const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
const [dir, links] = [join(folder, 'namespaces'), join(folder, 'links')];
afterAll(() => isolated[Symbol.asyncDispose]());

/** Lets a Node process make and remove namespaces and kills it at some moment, in every other round its helper too. */
async function killAtSomeMoment(round: number): Promise<void> {
  const ready = join(folder, `ready${round}`);
  const argv = ['node', '--import', 'tsx', making, dir, links, ready];
  const env = { PATH: '/usr/sbin:/usr/bin:/bin' };
  const run = helper.spawn({ path: process.execPath, argv, env, timeoutMs: 20_000 });
  await eventually('it works', () => existsSync(ready) && readFileSync(ready, 'utf8').endsWith('\n'));
  const [node = 0, its = 0] = readFileSync(ready, 'utf8').split(' ').map(Number);
  await sleep(Math.random() * 120);
  endProcess(node);
  if (round % 2 === 0) endProcess(its);
  expect((await run).signal).toBe('SIGKILL');
  await eventually('its helper has ended', () => !isRunning(its));
}

/**
 * What stays. Calls that the helper had started are killed with it, but end a moment later: until then they keep their
 * namespace or the lock of its file, and may still make the file.
 */
async function reapAll(kinds: Set<string>): Promise<{ kept: unknown[]; left: string[] }> {
  const reports = [
    ...(await reapNetns({ dir, prefix: 'libcni-', helper })),
    ...(await reapNetns({ dir: links, prefix: 'pod-', helper })),
  ];
  for (const { entry, outcome } of reports) kinds.add(`${entry.kind} ${outcome}`);
  const kept = reports.filter(({ outcome }) => outcome !== 'removed');
  return { kept, left: [...readdirSync(dir), ...readdirSync(links)] };
}

it('what a killed process leaves is found by reaping, whatever it was about', {
  timeout: 120_000,
}, async () => {
  for (const path of [dir, links]) mkdirSync(path);
  const kinds = new Set<string>();
  for (let round = 0; round < 12; round++) {
    await killAtSomeMoment(round);
    await expect.poll(() => reapAll(kinds), { timeout: 15_000 }).toEqual({ kept: [], left: [] });
    expect(await isolated.run('grep -c net: /proc/self/mountinfo || :')).toBe('0\n');
  }
  expect([...kinds]).toEqual(expect.arrayContaining(['mounted removed', 'link removed']));
});
