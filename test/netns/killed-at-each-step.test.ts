import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCompiler } from '../../scripts/setup/compiler.mjs';
import { createNetns, reapNetns } from '../../src/netns/index.js';
import { findHelperBinary } from '../../src/platform/helper/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const source = fileURLToPath(new URL('../fixtures/netns/kill-at-step.c', import.meta.url));
const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
const [killAtStep, binary] = [join(folder, 'kill-at-step'), join(folder, 'cni-helper')];
/** The exit code of {@link killAtStep} where there were fewer steps. */
const ENDED = 0;
const KILLED = 9;

beforeAll(() => {
  execFileSync(process.env.CC ?? findCompiler() ?? 'cc', ['-O1', '-o', killAtStep, source], {
    stdio: 'pipe',
  });
  copyFileSync(findHelperBinary() ?? 'cni-helper', binary);
});

afterAll(() => isolated[Symbol.asyncDispose]());

/** Kills the helper at a step of what it does with a namespace; false where it has no such step. */
async function isKilled(verb: 'create' | 'remove', path: string, step: number): Promise<boolean> {
  const argv = [killAtStep, `${step}`, binary, 'netns', verb, path];
  const { exitCode, stderr } = await helper.spawn({ path: killAtStep, argv, env: {} });
  expect([ENDED, KILLED], stderr).toContain(exitCode);
  return exitCode === KILLED;
}

/** Reaps a folder, after which nothing may be left, and tells what was found. */
async function reap(dir: string): Promise<string[]> {
  const report = await reapNetns({ dir, prefix: 'pod-', helper });
  expect(readdirSync(dir)).toEqual([]);
  const table = await isolated.run('cat /proc/self/mountinfo');
  expect(table.split('\n').filter((line) => line.includes('nsfs'))).toEqual([]);
  return report.map(({ entry, outcome }) => `${entry.kind} ${outcome}`);
}

describe('a helper that is killed between any two system calls', { timeout: 60_000 }, () => {
  it('while it makes a namespace leaves what reaping finds', async () => {
    const found = new Set<string>();
    for (let step = 1, isCut = true; isCut; step += 1) {
      const dir = join(folder, `making-${step}`);
      mkdirSync(dir);
      isCut = await isKilled('create', join(dir, 'pod-a'), step);
      for (const outcome of await reap(dir)) found.add(outcome);
    }
    expect([...found].sort()).toEqual(['empty removed', 'mounted removed']);
  });

  it('while it removes a namespace leaves what reaping finds', async () => {
    const found = new Set<string>();
    const dir = join(folder, 'removing');
    for (let step = 1, isCut = true; isCut; step += 1) {
      const { path } = await createNetns({ dir, name: 'pod-a', helper });
      isCut = await isKilled('remove', path, step);
      for (const outcome of await reap(dir)) found.add(outcome);
    }
    expect([...found].sort()).toEqual(['empty removed', 'mounted removed']);
  });
});
