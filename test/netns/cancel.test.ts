import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createNetns } from '../../src/netns/index.js';
import { endProcess, eventually } from '../helper/harness/processes.js';
import { shell } from '../helper/harness/shell.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

describe('making a namespace in a folder that somebody has locked', () => {
  it('is bound by the time limit and by the signal, and leaves nothing', async () => {
    const [dir, ready] = [join(folder, 'locked'), join(folder, 'ready')];
    mkdirSync(dir);
    const holding = new AbortController();
    const script = `exec 9< ${dir}; flock 9; echo > ${ready}; exec sleep 60`;
    const holder = helper.spawn(shell(script, { signal: holding.signal }));
    await eventually('the lock is held', () => existsSync(ready));
    const late = createNetns({ dir, name: 'late', helper, timeoutMs: 300 });
    const unwanted = createNetns({ dir, name: 'unwanted', helper, signal: AbortSignal.timeout(300) });
    await expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: join(dir, 'late') });
    await expect(unwanted).rejects.toMatchObject({ code: 'ERR_ABORTED', value: join(dir, 'unwanted') });
    expect(readdirSync(dir)).toEqual([]);
    holding.abort();
    await holder;
  });

  it('does not begin where the signal was aborted before', async () => {
    const path = join(folder, 'never');
    const making = createNetns({ path, helper, signal: AbortSignal.abort() });
    await expect(making).rejects.toMatchObject({ code: 'ERR_ABORTED', value: path });
    expect(existsSync(path)).toBe(false);
  });
});

it('what a killed helper made under names of its own choice is removed', async () => {
  const dir = join(folder, 'killed');
  await (await createNetns({ dir, helper: helper })).remove();
  const making = Array.from({ length: 40 }, () => createNetns({ dir, helper }));
  await eventually('some are there', () => readdirSync(dir).length > 3);
  endProcess(helper.pid ?? 0);
  const made = await Promise.allSettled(making);
  const failures = made.filter(({ status }) => status === 'rejected');
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures)
    expect(failure).toMatchObject({
      reason: { code: 'ERR_HELPER', value: expect.stringMatching(/\/killed\/cni-/) },
    });
  expect(readdirSync(dir).length).toBe(40 - failures.length);
});
