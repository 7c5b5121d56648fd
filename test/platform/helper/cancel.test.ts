import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeCancel, encodeSpawn } from '../../../src/platform/helper/encode.js';
import { findHelperBinary, HelperClient } from '../../../src/platform/helper/index.js';
import { endProcess, eventually, isRunning } from './harness/processes.js';
import { RawHelper } from './harness/raw-helper.js';
import { shell } from './harness/shell.js';

const client = new HelperClient();
const folder = mkdtempSync(join(tmpdir(), 'helper-cancel-'));
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('cancelling', () => {
  it('ends a running program', async () => {
    const controller = new AbortController();
    const run = client.spawn(shell('exec sleep 60', { signal: controller.signal }));
    await sleep(50);
    controller.abort();
    expect(await run).toMatchObject({ exitCode: null, signal: 'SIGTERM', ended: 'cancelled' });
  });

  it('in the same tick as the start ends it as well', async () => {
    const controller = new AbortController();
    const run = client.spawn(shell('exec sleep 60', { signal: controller.signal }));
    controller.abort();
    expect((await run).ended).toBe('cancelled');
  });

  it('ends one that ignores TERM after the grace', async () => {
    const controller = new AbortController();
    const script = 'trap "" TERM; while :; do sleep 0.05; done';
    const run = client.spawn(shell(script, { signal: controller.signal, graceMs: 50 }));
    await sleep(1000);
    controller.abort();
    expect(await run).toMatchObject({ signal: 'SIGKILL', ended: 'cancelled' });
  });

  it('before the start rejects and runs nothing', async () => {
    const reason = new Error('no longer wanted');
    const run = client.spawn(shell('true', { signal: AbortSignal.abort(reason) }));
    await expect(run).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: reason });
  });

  it('before the start by a time limit says so', async () => {
    const signal = AbortSignal.timeout(1);
    await eventually('the time is up', () => signal.aborted);
    const run = client.spawn(shell('true', { signal }));
    await expect(run).rejects.toMatchObject({ code: 'ERR_TIMEOUT', cause: signal.reason });
  });

  it('after the end changes nothing', async () => {
    const controller = new AbortController();
    expect((await client.spawn(shell('true', { signal: controller.signal }))).ended).toBe('exited');
    controller.abort();
    expect((await client.spawn(shell('echo on'))).stdout).toBe('on\n');
  });

  it('many runs by one signal ends them all and warns of no leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const controller = new AbortController();
    const runs = Array.from({ length: 30 }, () =>
      client.spawn(shell('exec sleep 60', { signal: controller.signal })),
    );
    await sleep(50);
    controller.abort();
    for (const { ended } of await Promise.all(runs)) expect(ended).toBe('cancelled');
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('in the moment of the end signals nobody else', async () => {
    const [bystander, ended] = [join(folder, 'bystander'), join(folder, 'ended')];
    const helper = new RawHelper({ binary: besideBystander(bystander) });
    helper.write(encodeSpawn(1, shell(`echo $$ > ${ended}; sleep 0.3`)));
    await eventually('both run', () => [bystander, ended].every((file) => readPid(file) > 0));
    process.kill(helper.pid, 'SIGSTOP');
    await eventually('the run has ended', () => !isRunning(readPid(ended)));
    helper.write(encodeCancel(1));
    await sleep(50);
    process.kill(helper.pid, 'SIGCONT');
    expect((await helper.finish()).code).toBe(0);
    expect(isRunning(readPid(bystander))).toBe(true);
    endProcess(readPid(bystander));
  });

  it('of a run that the helper does not know, or knows no longer, is ignored', async () => {
    const helper = new RawHelper();
    helper.write(encodeCancel(99));
    helper.write(encodeSpawn(5, { path: '/bin/true', env: {} }));
    await eventually('the run is answered', () => helper.frames.length === 2);
    helper.write(encodeCancel(5));
    expect(await helper.finish()).toEqual({ code: 0, signal: null, stderr: '' });
    expect(helper.frames.map(({ type, id }) => [type, id])).toEqual([
      [128, 0],
      [129, 5],
    ]);
  });
});

/** A helper that shares its process group, which is its own, with a program that it has not started. */
function besideBystander(pidFile: string): string {
  const binary = join(folder, 'beside');
  const script = `sleep 60 < /dev/null > /dev/null 2>&1 & echo $! > ${pidFile}; exec ${findHelperBinary()} "$@"`;
  writeFileSync(binary, `#!/bin/sh\nexec setsid sh -c '${script}' sh "$@"\n`, { mode: 0o755 });
  return binary;
}

function readPid(file: string): number {
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}
