import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCompiler } from '../../../scripts/setup/compiler.mjs';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { descriptorCount, endProcess, eventually, isRunning } from './harness/processes.js';
import { shell } from './harness/shell.js';

const client = new HelperClient();
const folder = mkdtempSync(join(tmpdir(), 'helper-limits-'));
const widePipe = join(folder, 'wide-pipe');
beforeAll(() => {
  const source = fileURLToPath(new URL('../../fixtures/helper/wide-pipe.c', import.meta.url));
  execFileSync(process.env.CC ?? findCompiler() ?? 'cc', ['-o', widePipe, source], { stdio: 'pipe' });
});
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const ignoresTerm = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';

describe('input', () => {
  it('of many MiB reaches a program that reads it', async () => {
    const outcome = await client.spawn(shell('wc -c', { stdin: 'x'.repeat(8 << 20) }));
    expect(outcome.stdout.trim()).toBe(String(8 << 20));
  });

  it('of many MiB does no harm to a program that never reads it, nor to others', async () => {
    const deaf = client.spawn(shell('sleep 0.2; echo done', { stdin: 'x'.repeat(8 << 20) }));
    expect((await client.spawn(shell('echo meanwhile'))).stdout).toBe('meanwhile\n');
    expect(await deaf).toMatchObject({ exitCode: 0, stdout: 'done\n', ended: 'exited' });
  });

  it.each([4096, 4097, 65_536, 65_537])(
    'of %d bytes keeps nobody waiting for a slow reader',
    async (size) => {
      let isRead = false;
      const slow = client.spawn(shell('sleep 0.5; wc -c', { stdin: 'x'.repeat(size) })).finally(() => {
        isRead = true;
      });
      await client.spawn(shell('echo meanwhile'));
      expect(isRead).toBe(false);
      expect(await slow).toMatchObject({ exitCode: 0, stdout: `${size}\n` });
    },
  );
});

describe('output', () => {
  it.each([0, 1, 65_535, 65_536, 65_537])('of %d bytes right before the end is whole', async (size) => {
    const outcome = await client.spawn(shell(`head -c ${size} /dev/zero; printf errors >&2`));
    expect(outcome).toMatchObject({ exitCode: 0, stderr: 'errors', ended: 'exited' });
    expect(outcome.stdout.length).toBe(size);
  });

  it('that fills the pipe while a grandchild keeps it open is whole, and waits for nobody', async () => {
    const outcome = await client.spawn(shell('sleep 60 & echo $! >&2; exec head -c 65536 /dev/zero'));
    endProcess(Number(outcome.stderr));
    expect([outcome.ended, outcome.stdout.length]).toEqual(['exited', 65_536]);
  });

  // The second is more than the helper reads at once, so that it meets the limit after the program's end.
  it.each([2000, 400_000])(
    'beyond 16 MiB with its last %d bytes in the pipe when the program ended is told, and its group ended',
    async (rest) => {
      const most = (16 << 20) - rest / 2;
      const [printed, go] = [join(folder, `printed-${rest}`), join(folder, `go-${rest}`)];
      const wait = `echo $$ > ${printed}.new; mv ${printed}.new ${printed}; until [ -e ${go} ]; do sleep 0.02; done`;
      const script = `sleep 60 & echo $! >&2; head -c ${most} /dev/zero; ${wait}; exec head -c ${rest} /dev/zero`;
      const running = client.spawn({
        ...shell(script),
        path: widePipe,
        argv: [widePipe, 'sh', '-c', script],
      });
      await eventually('most of it is printed', () => existsSync(printed));
      await client.spawn(shell('true')); // The helper has read what was in the pipe.
      const pid = client.pid ?? 0;
      process.kill(pid, 'SIGSTOP');
      writeFileSync(go, '');
      const program = Number(readFileSync(printed, 'utf8'));
      await eventually('the program has ended', () => !isRunning(program)).finally(() => {
        process.kill(pid, 'SIGCONT');
      });
      const outcome = await running;
      expect(outcome).toMatchObject({ ended: 'output-limit', exitCode: 0, signal: null });
      expect(outcome.stdout.length).toBe(64 << 10);
      await eventually('the group has ended', () => !isRunning(Number(outcome.stderr)));
    },
  );

  it('beyond 16 MiB ends the program', async () => {
    const outcome = await client.spawn(shell('exec head -c 104857600 /dev/zero'));
    expect(outcome).toMatchObject({ exitCode: null, signal: 'SIGKILL', ended: 'output-limit' });
    expect(outcome.stdout.length).toBe(64 << 10);
  });

  it('of exactly 16 MiB is whole', async () => {
    const outcome = await client.spawn(shell(`exec head -c ${16 << 20} /dev/zero`));
    expect(outcome).toMatchObject({ exitCode: 0, ended: 'exited' });
    expect(outcome.stdout.length).toBe(16 << 20);
  });

  it('on stderr keeps its last 64 KiB', async () => {
    const outcome = await client.spawn(shell('head -c 5000000 /dev/zero >&2; printf END >&2'));
    expect(outcome).toMatchObject({ exitCode: 0, ended: 'exited' });
    expect(outcome.stderr.length).toBe(64 << 10);
    expect(outcome.stderr.endsWith('END')).toBe(true);
  });

  it('that a grandchild keeps open does not delay the end, and the grandchild lives on', async () => {
    const outcome = await client.spawn(shell('sleep 60 & echo $!'));
    const grandchild = Number(outcome.stdout);
    expect(outcome).toMatchObject({ exitCode: 0, ended: 'exited' });
    expect(isRunning(grandchild)).toBe(true);
    endProcess(grandchild);
  });
});

describe('the deadline', () => {
  it('ends a program with TERM', async () => {
    const outcome = await client.spawn(shell('exec sleep 60', { timeoutMs: 50 }));
    expect(outcome).toMatchObject({ exitCode: null, signal: 'SIGTERM', ended: 'deadline' });
  });

  it('leaves time for tidying up, whose exit code counts', async () => {
    const script = 'trap "echo tidy; exit 5" TERM; while :; do sleep 0.05; done';
    const outcome = await client.spawn(shell(script, { timeoutMs: 1000, graceMs: 15_000 }));
    expect(outcome).toMatchObject({ exitCode: 5, stdout: 'tidy\n', ended: 'deadline' });
  });

  it('ends one that ignores TERM with KILL after the grace', async () => {
    const outcome = await client.spawn(shell(ignoresTerm, { timeoutMs: 1000, graceMs: 50 }));
    expect(outcome).toMatchObject({ exitCode: null, signal: 'SIGKILL', ended: 'deadline' });
  });

  it('takes the children along, even those that ignore TERM', async () => {
    const script = `sh -c '${ignoresTerm.replace('ready', () => '$$')}' & wait`;
    const outcome = await client.spawn(shell(script, { timeoutMs: 1500, graceMs: 10_000 }));
    expect(outcome.ended).toBe('deadline');
    const child = Number(outcome.stdout);
    expect(child).toBeGreaterThan(0);
    await eventually('the child has ended', () => !isRunning(child));
  });

  it('of 0 ms ends the program immediately, and without one there is no limit', async () => {
    expect((await client.spawn(shell('exec sleep 60', { timeoutMs: 0 }))).ended).toBe('deadline');
    expect((await client.spawn(shell('sleep 0.1', { timeoutMs: Infinity }))).ended).toBe('exited');
  });
});

describe('many runs', () => {
  it('at a time each get their own answer', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => String(index));
    const runs = numbers.map((number) => client.spawn(shell('cat', { stdin: number })));
    expect((await Promise.all(runs)).map(({ stdout }) => stdout)).toEqual(numbers);
  });

  it('one after another leave no descriptor open, in the helper nor in Node', async () => {
    const run = () => client.spawn({ path: '/bin/true', env: {}, stdin: 'x' });
    await run();
    const pid = client.pid ?? 0;
    const [before, ours] = [descriptorCount(pid), descriptorCount(process.pid)];
    for (let round = 0; round < 100; round++) await Promise.all(Array.from({ length: 10 }, run));
    await client.spawn({ path: '/nowhere', env: {} }).catch(() => undefined);
    expect(descriptorCount(pid)).toBe(before);
    expect(client.pid).toBe(pid);
    await eventually('Node has closed its own', () => descriptorCount(process.pid) <= ours);
  });
});
