import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HelperExec } from '../../../src/libcni/exec/helper-exec.js';
import { isStartFailure } from '../../../src/libcni/exec/spawn-failure.js';
import { HelperClient, SpawnError, type SpawnRequest } from '../../../src/platform/helper/index.js';
import { spawnWindow } from '../../../src/platform/helper/spawn-queue.js';
import { shell } from './harness/shell.js';

let folder = '';
let client: HelperClient;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'helper-many-'));
  client = new HelperClient();
  await client.spawn(shell('true'));
});
afterEach(async () => {
  await client[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** Runs that leave a file behind where they are started. */
function marking(count: number, limits: Partial<SpawnRequest>): Promise<PromiseSettledResult<unknown>[]> {
  const runs = Array.from({ length: count }, (_, index) =>
    client.spawn(shell(`: > ${folder}/${index}; exec sleep 60`, { graceMs: 100, ...limits })),
  );
  return Promise.allSettled(runs);
}

/** Until the test lets it go on, the helper does nothing: as one that others keep busy, but on any machine. */
function haltHelper(): () => void {
  const pid = client.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
}

const reasonOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'rejected' ? result.reason : undefined;

describe('a run that waits for its turn', () => {
  it('is over when its time is up, and never started', async () => {
    const resume = haltHelper();
    const settled: unknown[] = [];
    const runs = Array.from({ length: 500 }, (_, index) =>
      client.spawn(shell(`: > ${folder}/${index}`, { timeoutMs: 300, graceMs: 100 })),
    );
    for (const run of runs) run.catch((error: unknown) => settled.push(error));
    await sleep(2000);
    resume();
    await Promise.allSettled(runs);
    expect(settled.length).toBe(500 - spawnWindow);
    for (const error of settled) {
      expect(error).toMatchObject({ code: 'ERR_TIMEOUT', reason: 'not-started' });
      expect(isStartFailure(error)).toBe(true);
    }
    expect(readdirSync(folder).length).toBeLessThanOrEqual(spawnWindow);
  });

  it('is over when it is aborted, and never started', async () => {
    const resume = haltHelper();
    const controller = new AbortController();
    const unrelated = client.spawn(shell('echo well'));
    const first = marking(spawnWindow - 1, { signal: controller.signal });
    const queued = marking(500, { signal: controller.signal });
    const reason = new Error('no longer wanted');
    controller.abort(reason);
    for (const result of await queued) {
      expect(reasonOf(result)).toMatchObject({
        code: 'ERR_ABORTED',
        reason: 'not-started',
        cause: reason,
      });
      expect(isStartFailure(reasonOf(result))).toBe(true);
    }
    resume();
    for (const result of await first) expect(result).toMatchObject({ value: { ended: 'cancelled' } });
    expect(await unrelated).toMatchObject({ stdout: 'well\n' });
    expect(readdirSync(folder).length).toBeLessThan(spawnWindow);
  });

  it('of a plugin counts as never started as well', async () => {
    const resume = haltHelper();
    const controller = new AbortController();
    const others = marking(spawnWindow, { signal: controller.signal });
    const exec = new HelperExec(client);
    const run = exec.execPlugin('/bin/true', '', {}, { signal: AbortSignal.timeout(100) });
    const error: unknown = await run.catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', reason: 'not-started' });
    expect(isStartFailure(error)).toBe(true);
    controller.abort();
    resume();
    await others;
  });

  it('does not keep namespace calls, locks and cancels waiting', async () => {
    const resume = haltHelper();
    const controller = new AbortController();
    const first = marking(1, { signal: controller.signal });
    let ended = 0;
    const runs = Array.from({ length: 1000 }, () =>
      client.spawn(shell('exit 0')).finally(() => {
        ended += 1;
      }),
    );
    const release = client.tryLock(join(folder, 'lock'));
    const inspected = client.inspectNetns('/proc/self/ns/net');
    controller.abort();
    resume();
    expect(await first).toMatchObject([{ value: { ended: 'cancelled' } }]);
    expect((await inspected).isNetns).toBe(true);
    await (await release)?.();
    expect(ended).toBeLessThan(500);
    for (const { exitCode } of await Promise.all(runs)) expect(exitCode).toBe(0);
  });

  it('does not wait for programs that take long', async () => {
    const controller = new AbortController();
    const long = marking(4 * spawnWindow, { signal: controller.signal });
    expect(await client.spawn(shell('echo well'))).toMatchObject({ stdout: 'well\n' });
    controller.abort();
    for (const result of await long) expect(result).toMatchObject({ value: { ended: 'cancelled' } });
  });

  it('is waited for by disposal', async () => {
    const runs = Array.from({ length: 3 * spawnWindow }, () => client.spawn(shell('echo done')));
    await client[Symbol.asyncDispose]();
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toBe('done\n');
  });

  it('fails with the helper', async () => {
    haltHelper();
    const runs = marking(3 * spawnWindow, {});
    process.kill(client.pid ?? 0, 'SIGKILL');
    for (const result of await runs) expect(reasonOf(result)).toMatchObject({ code: 'ERR_HELPER' });
    expect((await client.spawn(shell('echo again'))).stdout).toBe('again\n');
  });

  it('is refused immediately if no program can get what it asks for', async () => {
    const resume = haltHelper();
    const runs = marking(spawnWindow, { timeoutMs: 100 });
    await expect(client.spawn(shell('true', { env: { A: '\0' } }))).rejects.toBeInstanceOf(SpawnError);
    resume();
    await runs;
  });
});

describe('a thousand runs with a limit', { timeout: 60_000 }, () => {
  it('are over about then, and do not harm an unrelated one', async () => {
    const unrelated = client.spawn(shell('sleep 3; echo well'));
    const { pid } = client;
    const start = performance.now();
    const runs = Array.from({ length: 1000 }, () =>
      client.spawn({ path: '/bin/sleep', argv: ['sleep', '0.2'], env: {}, timeoutMs: 1500, graceMs: 100 }),
    );
    const results = await Promise.allSettled(runs);
    expect(performance.now() - start).toBeLessThan(1500 + 10_000);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ERR_TIMEOUT' });
    expect(await unrelated).toMatchObject({ stdout: 'well\n' });
    expect(client.pid).toBe(pid);
  });
});
