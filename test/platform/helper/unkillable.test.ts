import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HelperExec } from '../../../src/libcni/exec/helper-exec.js';
import type { ExecOptions } from '../../../src/libcni/exec/types.js';
import { decodeEnded } from '../../../src/platform/helper/decode.js';
import { encodeCall, encodeCancel, encodeSpawn } from '../../../src/platform/helper/encode.js';
import { HelperClient, type SpawnOutcome, type SpawnRequest } from '../../../src/platform/helper/index.js';
import { requestType } from '../../../src/platform/helper/protocol.js';
import { HeldPrograms, isZombie } from './harness/held-programs.js';
import { eventually } from './harness/processes.js';
import { RawHelper } from './harness/raw-helper.js';
import { sanitizedHelper } from './harness/sanitized-helper.js';
import { shell } from './harness/shell.js';

/** Between `KILL` and the answer. */
const killMs = 2000;

let folder = '';
let programs: HeldPrograms;
let client: HelperClient;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helper-unkillable-'));
  programs = new HeldPrograms(folder);
  client = new HelperClient();
});
afterEach(async () => {
  programs.letGo();
  await client[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** The process that a run has left behind. */
function leftBy({ unreapedPid }: SpawnOutcome): number {
  if (unreapedPid === undefined) throw new Error('the program has ended');
  return unreapedPid;
}

/** The error of a plugin run that is bound to fail. */
async function failed({ path, argv = [] }: SpawnRequest, limits: ExecOptions): Promise<Error> {
  const plugin = join(mkdtempSync(join(folder, 'plugin-')), 'stuck');
  writeFileSync(plugin, `#!/bin/sh\nexec ${path} ${argv.slice(1).join(' ')}\n`, { mode: 0o755 });
  return await new HelperExec(client).execPlugin(plugin, '', {}, limits).then(
    () => expect.unreachable('it succeeded'),
    (error: Error) => error,
  );
}

describe('a program that cannot be killed', { timeout: 40_000 }, () => {
  it('is answered for a while after its grace, and harms neither runs nor locks beside it', async () => {
    const [lock, go] = [join(folder, 'lock'), join(folder, 'go')];
    const healthy = client.spawn(shell(`until [ -e ${go} ]; do sleep 0.05; done; echo healthy`));
    const release = await client.tryLock(lock);
    const { pid } = client;
    const start = Date.now();
    const outcome = await client.spawn(programs.request({ timeoutMs: 2000, graceMs: 100 }));
    const took = Date.now() - start;
    expect(outcome).toMatchObject({ ended: 'deadline', exitCode: null, signal: null, stdout: 'held\n' });
    expect(isZombie(leftBy(outcome))).toBe(true);
    expect(took).toBeGreaterThanOrEqual(2100 + killMs);
    expect(took).toBeLessThan(2100 + killMs + 3000);
    expect([client.pid, existsSync(lock)]).toEqual([pid, true]);
    await expect(client.tryLock(lock)).resolves.toBeUndefined();
    writeFileSync(go, '');
    expect(await healthy).toMatchObject({ exitCode: 0, stdout: 'healthy\n' });
    await release?.();
    programs.letGo();
    await eventually('the helper has waited for it', () => !existsSync(`/proc/${leftBy(outcome)}`));
  });

  it('is answered for after it was cancelled, or has printed too much', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const runs = [
      client.spawn(programs.request({ signal, graceMs: 100 })),
      client.spawn(programs.request({}, 'flood')),
    ];
    await programs.held();
    controller.abort();
    const outcomes = await Promise.all(runs);
    expect(outcomes.map(({ ended, exitCode, signal }) => [ended, exitCode, signal])).toEqual([
      ['cancelled', null, null],
      ['output-limit', null, null],
    ]);
    expect(outcomes.map((outcome) => isZombie(leftBy(outcome)))).toEqual([true, true]);
  });

  it('is named by the error of the library', async () => {
    const soon = AbortSignal.timeout(2000);
    const failures = await Promise.all([
      failed(programs.request(), { timeoutMs: 2000 }),
      failed(programs.request(), { signal: soon }),
      failed(programs.request({}, 'flood'), {}),
    ]);
    expect(failures).toMatchObject([
      {
        code: 'ERR_TIMEOUT',
        message: expect.stringMatching(/^plugin did not end within timeoutMs of \d+ ms,/),
      },
      { code: 'ERR_TIMEOUT', message: expect.stringMatching(/^ended by the caller,/) },
      {
        reason: 'output-too-large',
        message: expect.stringMatching(/^plugin wrote more than 16 MiB to stdout,/),
      },
    ]);
    for (const { message } of failures) {
      const said = /, and could not be killed \(process (\d+) still exists\)/.exec(message);
      expect(isZombie(Number(said?.[1]))).toBe(true);
    }
  });

  it('leaves the helper what it needs for others, fifty times', async () => {
    const binary = join(folder, 'few-descriptors');
    writeFileSync(binary, `#!/bin/sh\nulimit -n 96\nexec ${sanitizedHelper(folder)} "$@"\n`, { mode: 0o755 });
    await using limited = new HelperClient({ binary });
    const left: number[] = [];
    for (let round = 0; round < 2; round++) {
      const controller = new AbortController();
      const limits = { signal: controller.signal, graceMs: 0 };
      const runs = Array.from({ length: 25 }, () => limited.spawn(programs.request(limits)));
      await programs.held();
      controller.abort();
      left.push(...(await Promise.all(runs)).map(leftBy));
    }
    expect(left.filter(isZombie).length).toBe(50);
    const runs = Array.from({ length: 40 }, () => limited.spawn(shell('echo on')));
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toBe('on\n');
    programs.letGo();
    await eventually('the helper has waited for all', () => !left.some((pid) => existsSync(`/proc/${pid}`)));
  });

  it('is answered for once, and its id is free from then on', async () => {
    const helper = new RawHelper();
    helper.write(encodeSpawn(1, programs.request({ graceMs: 0 })));
    await programs.held();
    helper.write(encodeCancel(1));
    await eventually('it is answered for', () => helper.frames.length === 2);
    const left = leftBy(decodeEnded(helper.frames[1]?.body ?? Buffer.alloc(0)));
    helper.write(encodeCancel(1));
    helper.write(encodeSpawn(1, shell('echo again')));
    await eventually('the next one is, too', () => helper.frames.length === 3);
    programs.letGo();
    await eventually('the helper has waited for it', () => !existsSync(`/proc/${left}`));
    expect(await helper.finish()).toEqual({ code: 0, signal: null, stderr: '' });
    expect(helper.frames.map(({ id }) => id)).toEqual([0, 1, 1]);
  });
});

describe('at the end of input', { timeout: 40_000 }, () => {
  it('the helper ends a while after it has killed the program, and its locks with it', async () => {
    const lock = join(folder, 'lock');
    const helper = new RawHelper({ args: ['--orphan-ms', '500'] });
    helper.write(encodeCall(1, { type: requestType.lock, path: lock }));
    helper.write(encodeSpawn(2, programs.request({ graceMs: 100 })));
    await programs.held();
    const start = Date.now();
    const end = helper.finish();
    await eventually('the input has ended', () => helper.child.stdin.writableFinished);
    expect(existsSync(lock)).toBe(true);
    expect(await end).toEqual({ code: 0, signal: null, stderr: '' });
    expect(Date.now() - start).toBeGreaterThanOrEqual(600 + killMs);
    expect(Date.now() - start).toBeLessThan(600 + killMs + 3000);
    expect(existsSync(lock)).toBe(false);
    expect(isZombie(leftBy(decodeEnded(helper.frames[2]?.body ?? Buffer.alloc(0))))).toBe(true);
  });

  it('the helper does not wait for one that it has answered for', async () => {
    const controller = new AbortController();
    const run = client.spawn(programs.request({ signal: controller.signal, graceMs: 0 }));
    await programs.held();
    controller.abort();
    const left = leftBy(await run);
    const start = Date.now();
    await client[Symbol.asyncDispose]();
    expect(Date.now() - start).toBeLessThan(killMs);
    expect(isZombie(left)).toBe(true);
  });
});
