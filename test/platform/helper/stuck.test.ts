import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { eventually, isRunning } from './harness/processes.js';
import { shell } from './harness/shell.js';

const clients: HelperClient[] = [];
afterAll(async () => {
  for (const client of clients) await client[Symbol.asyncDispose]();
});

describe('a helper that does not answer', () => {
  it('fails a call after its deadline, ends, and is replaced', { timeout: 40_000 }, async () => {
    const { client, pid } = await stopped();
    const start = Date.now();
    const run = client.spawn(shell('true', { timeoutMs: 500, graceMs: 100 }));
    await expect(run).rejects.toMatchObject({
      code: 'ERR_HELPER',
      message: expect.stringMatching(/not answer/),
    });
    expect(Date.now() - start).toBeGreaterThan(5000);
    await eventually('it has ended', () => !isRunning(pid));
    expect((await client.spawn(shell('echo again'))).stdout).toBe('again\n');
  });

  it('fails a call without a deadline after it was aborted', { timeout: 40_000 }, async () => {
    const { client } = await stopped();
    const run = client.spawn(shell('true', { signal: AbortSignal.timeout(200), graceMs: 100 }));
    await expect(run).rejects.toMatchObject({ code: 'ERR_HELPER' });
  });
});

it('a process that stood still for long does not blame the helper', { timeout: 40_000 }, async () => {
  const client = new HelperClient();
  clients.push(client);
  await client.spawn(shell('true'));
  const pid = client.pid;
  const run = client.spawn(shell('exec sleep 60', { timeoutMs: 100, graceMs: 100 }));
  await sleep(10);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 7000);
  expect((await run).ended).toBe('deadline');
  expect(client.pid).toBe(pid);
});

async function stopped(): Promise<{ client: HelperClient; pid: number }> {
  const client = new HelperClient();
  clients.push(client);
  await client.spawn(shell('true'));
  const pid = client.pid ?? 0;
  process.kill(pid, 'SIGSTOP');
  return { client, pid };
}
