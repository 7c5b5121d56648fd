import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createNetns,
  identifyNetns,
  isNetns,
  listNetns,
  loopbackUp,
  type NetnsLimits,
  openNetns,
  openNetnsOfProcess,
  reapNetns,
  removeNetns,
  restoreNetns,
} from '../../src/netns/index.js';
import { endProcess, eventually } from '../platform/helper/harness/processes.js';
import { shell } from '../platform/helper/harness/shell.js';
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
    await Promise.all([
      expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: join(dir, 'late') }),
      expect(unwanted).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: join(dir, 'unwanted') }),
    ]);
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

describe('restoring a namespace whose file somebody has locked', () => {
  it('is bound by the time limit and by the signal, and leaves the file', async () => {
    const [path, ready] = [join(folder, 'leftover'), join(folder, 'leftover-ready')];
    writeFileSync(path, '', { mode: 0o444 });
    const holding = new AbortController();
    const script = `exec 9< ${path}; flock 9; echo > ${ready}; exec sleep 60`;
    const holder = helper.spawn(shell(script, { signal: holding.signal }));
    await eventually('the lock is held', () => existsSync(ready));
    const late = restoreNetns(path, { helper, timeoutMs: 300 });
    const unwanted = restoreNetns(path, { helper, signal: AbortSignal.timeout(300) });
    await Promise.all([
      expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: path }),
      expect(unwanted).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: path }),
    ]);
    expect(statSync(path).size).toBe(0);
    holding.abort();
    await holder;
    expect((await restoreNetns(path, { helper, timeoutMs: 60_000 })).fresh).toBe(true);
  });

  it('does not begin where the signal was aborted before', async () => {
    const path = join(folder, 'never-restored');
    const restoring = restoreNetns(path, { helper, signal: AbortSignal.abort() });
    await expect(restoring).rejects.toMatchObject({ code: 'ERR_ABORTED', value: path });
    expect(existsSync(path)).toBe(false);
  });
});

describe('while the helper does not answer', () => {
  const dir = join(folder, 'silent');
  const path = join(dir, 'kept');
  const calls: [string, (limits: NetnsLimits) => Promise<unknown>][] = [
    ['removeNetns', (limits) => removeNetns(path, { helper, ...limits })],
    ['openNetns', (limits) => openNetns(path, { helper, ...limits })],
    ['openNetnsOfProcess', (limits) => openNetnsOfProcess(process.pid, { helper, ...limits })],
    ['isNetns', (limits) => isNetns(path, { helper, ...limits })],
    ['listNetns', (limits) => listNetns(dir, { helper, ...limits })],
    ['loopbackUp', (limits) => loopbackUp(path, { helper, ...limits })],
    ['identifyNetns', (limits) => identifyNetns(process.pid, { helper, dir, ...limits })],
    ['reapNetns', (limits) => reapNetns({ prefix: 'kept', helper, dir, ...limits })],
  ];

  it.each(calls)('%s is bound by the time limit and by the signal', async (_, call) => {
    await createNetns({ path, helper }).catch(() => undefined);
    const pid = helper.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(call({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
      await expect(call({ signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
      const reason = new Error('not needed any more');
      await expect(call({ signal: AbortSignal.abort(reason) })).rejects.toMatchObject({
        code: 'ERR_ABORTED',
        cause: reason,
      });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('a namespace is removed and its lo brought up within limits', async () => {
    const netns = await createNetns({ path: join(dir, 'handle'), helper });
    const pid = helper.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      await expect(netns.loopbackUp({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
      await expect(netns.remove({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await netns.remove({ timeoutMs: Number.POSITIVE_INFINITY });
    expect(existsSync(netns.path)).toBe(false);
  });
});

it('what was given up while the helper had no room for it is not done later', async () => {
  const netns = await createNetns({ path: join(folder, 'given-up'), helper });
  const lo = async () => (await netns.exec('ip', ['-oneline', 'link', 'show', 'lo'])).stdout;
  await promisify(execFile)('prlimit', [`--pid=${helper.pid}`, '--nofile=32:']);
  const ending = new AbortController();
  const sleeping = Array.from({ length: 20 }, () =>
    helper.spawn(shell('exec sleep 60', { signal: ending.signal })),
  );
  const limits = { timeoutMs: 200 };
  await expect(netns.loopbackUp(limits)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  await expect(netns.remove(limits)).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  ending.abort();
  await Promise.all(sleeping);
  expect(await lo()).toContain('state DOWN');
  expect(await isNetns(netns.path, { helper })).toBe(true);
  await netns.remove();
});

describe.each([Number.NaN, -1, '100'])('a time limit of %j', (limit) => {
  const limits = { timeoutMs: limit } as NetnsLimits;
  const path = join(folder, 'limited');
  const calls: [string, () => Promise<unknown>][] = [
    ['createNetns', () => createNetns({ path, helper, ...limits })],
    ['restoreNetns', () => restoreNetns(path, { helper, ...limits })],
    ['removeNetns', () => removeNetns(path, { helper, ...limits })],
    ['openNetns', () => openNetns(path, { helper, ...limits })],
    ['isNetns', () => isNetns(path, { helper, ...limits })],
    ['listNetns', () => listNetns(folder, { helper, ...limits })],
    ['loopbackUp', () => loopbackUp(path, { helper, ...limits })],
    ['identifyNetns', () => identifyNetns(process.pid, { helper, ...limits })],
    ['reapNetns', () => reapNetns({ prefix: 'limited', dir: folder, helper, ...limits })],
  ];

  it.each(calls)('is refused by %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', value: limit });
    expect(existsSync(path)).toBe(false);
  });

  it('is refused by the handle of a namespace, whose link stays', async () => {
    const link = { pod: 'pod', dir: join(folder, 'links') };
    const netns = await createNetns({ path: join(folder, 'linked'), helper, link });
    const refused = { code: 'ERR_CONF_INVALID', value: limit };
    await expect(netns.remove(limits)).rejects.toMatchObject(refused);
    await expect(netns.exec('true', [], limits)).rejects.toMatchObject(refused);
    expect(existsSync(netns.link ?? '')).toBe(true);
    await netns.remove();
  });
});

describe('reaping', () => {
  const emptyFiles = (name: string): string => {
    const dir = join(folder, name);
    mkdirSync(dir);
    for (const file of ['x-a', 'x-b', 'x-c']) writeFileSync(join(dir, file), '', { mode: 0o444 });
    return dir;
  };

  it('stops where its time is up', async () => {
    const dir = emptyFiles('late');
    const reaping = reapNetns({ prefix: 'x-', dir, helper, timeoutMs: 0 });
    await expect(reaping).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: dir });
    expect(readdirSync(dir)).toHaveLength(3);
    expect(await reapNetns({ prefix: 'x-', dir, helper, timeoutMs: 60_000 })).toHaveLength(3);
  });

  it('that was aborted before is so even where there is nothing to reap', async () => {
    const signal = AbortSignal.abort('no');
    const dir = join(folder, 'nothing');
    const aborted = { code: 'ERR_ABORTED', cause: 'no', value: dir };
    await expect(reapNetns({ prefix: 'x-', dir, helper, signal })).rejects.toMatchObject(aborted);
    mkdirSync(dir);
    await expect(reapNetns({ prefix: 'x-', dir, helper, signal })).rejects.toMatchObject(aborted);
  });

  it('waits no longer than its time for a removal, and begins no other one', async () => {
    const dir = emptyFiles('stopped');
    const pid = helper.pid ?? 0;
    const asked: string[] = [];
    const inUse = ({ name }: { name: string }) => {
      asked.push(name);
      return process.kill(pid, 'SIGSTOP') && false;
    };
    const reaping = reapNetns({ prefix: 'x-', dir, helper, inUse, timeoutMs: 1500 });
    const late = { code: 'ERR_TIMEOUT', value: dir };
    await expect(reaping.finally(() => process.kill(pid, 'SIGCONT'))).rejects.toMatchObject(late);
    await isNetns(dir, { helper });
    expect(asked).toEqual(['x-a']);
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(['x-b', 'x-c']));
  });

  it('waits no longer than its time for what the caller says, and removes nothing then', async () => {
    const dir = emptyFiles('undecided');
    const asked: string[] = [];
    let answer = (_: boolean) => {};
    const inUse = ({ name }: { name: string }) => {
      asked.push(name);
      return new Promise<boolean>((resolve) => {
        answer = resolve;
      });
    };
    const reaping = reapNetns({ prefix: 'x-', dir, helper, inUse, timeoutMs: 1500 });
    await expect(reaping).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: dir });
    answer(false);
    await isNetns(dir, { helper });
    expect([asked, readdirSync(dir)]).toEqual([['x-a'], ['x-a', 'x-b', 'x-c']]);
  });
});

it('what a killed helper made under names of its own choice is removed', async () => {
  const dir = join(folder, 'killed');
  await (await createNetns({ dir, helper: helper })).remove();
  const making = Array.from({ length: 40 }, () => createNetns({ dir, helper }));
  await eventually('some are there', () => readdirSync(dir).length > 3);
  const pid = helper.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  // All of the others may be made by now, and these cannot be.
  making.push(...Array.from({ length: 4 }, () => createNetns({ dir, helper })));
  endProcess(pid);
  const made = await Promise.allSettled(making);
  const failures = made.filter(({ status }) => status === 'rejected');
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures)
    expect(failure).toMatchObject({
      reason: { code: 'ERR_HELPER', value: expect.stringMatching(/\/killed\/libcni-/) },
    });
  expect(readdirSync(dir).length).toBe(made.length - failures.length);
});
