import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeEnded } from '../../../src/platform/helper/decode.js';
import { encodeSpawn } from '../../../src/platform/helper/encode.js';
import { HelperClient } from '../../../src/platform/helper/index.js';
import { NodeProcess } from './harness/node-process.js';
import { endProcess, eventually, isRunning } from './harness/processes.js';
import { RawHelper } from './harness/raw-helper.js';
import { shell } from './harness/shell.js';

const folder = mkdtempSync(join(tmpdir(), 'helper-life-'));
afterAll(() => rmSync(folder, { recursive: true }));
const fixtures = fileURLToPath(new URL('../../fixtures/helper/', import.meta.url));

describe('the server', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE', 'SIGUSR1'] as const)(
    'is not ended by %s',
    async (signal) => {
      const helper = new RawHelper();
      await eventually('it says hello', () => helper.frames.length === 1);
      process.kill(helper.pid, signal);
      helper.write(encodeSpawn(1, shell('echo alive')));
      await eventually('it answers', () => helper.frames.length === 2);
      expect(await helper.finish()).toEqual({ code: 0, signal: null, stderr: '' });
    },
  );

  it('lets running programs end and answers for them when its input ends', async () => {
    const helper = new RawHelper();
    helper.write(encodeSpawn(1, shell('sleep 0.3; echo late')));
    helper.write(encodeSpawn(2, shell('exec sleep 60', { timeoutMs: 200 })));
    expect((await helper.finish()).code).toBe(0);
    const outcomes = new Map(helper.frames.slice(1).map(({ id, body }) => [id, decodeEnded(body)]));
    expect(outcomes.get(1)).toMatchObject({ stdout: 'late\n', ended: 'exited' });
    expect(outcomes.get(2)).toMatchObject({ ended: 'deadline' });
  });

  it('lets them end as well where its input ends in the middle of a frame', async () => {
    const helper = new RawHelper();
    helper.write(encodeSpawn(1, shell('sleep 0.3; echo late')));
    helper.write(encodeSpawn(2, shell('true')).subarray(0, 30));
    const end = await helper.finish();
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining('cut off') });
    const outcomes = helper.frames.slice(1).map(({ body }) => decodeEnded(body));
    expect(outcomes).toMatchObject([{ stdout: 'late\n', ended: 'exited' }]);
  });

  it('keeps watching running programs if nobody reads its answers', async () => {
    const marker = join(folder, 'finished');
    const helper = new RawHelper();
    await eventually('it says hello', () => helper.frames.length === 1);
    helper.write(encodeSpawn(1, shell('echo chatter; echo chatter >&2')));
    helper.write(encodeSpawn(2, shell(`sleep 0.3; echo yes > ${marker}`)));
    helper.child.stdout.destroy();
    expect((await helper.finish()).code).toBe(0);
    expect(readFileSync(marker, 'utf8')).toBe('yes\n');
  });

  it('does not keep a folder busy', async () => {
    const helper = new RawHelper();
    await eventually('it says hello', () => helper.frames.length === 1);
    helper.write(encodeSpawn(1, shell('exec sleep 60', { cwd: folder, timeoutMs: 50 })));
    expect((await helper.finish()).code).toBe(0);
  });
});

describe('a client without a helper', () => {
  it('says which binary is missing', async () => {
    const client = new HelperClient({ binary: join(folder, 'missing') });
    const failure = client.spawn(shell('true'));
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_HELPER',
      message: expect.stringContaining('missing'),
    });
    await client[Symbol.asyncDispose]();
  });

  it.each([
    ['says something else', '#!/bin/sh\necho this is some other program altogether\nexec cat\n'],
    ['ends at once', '#!/bin/sh\necho wrong machine >&2\nexit 3\n'],
    [
      'speaks another version',
      '#!/bin/sh\nprintf "\\020\\0\\0\\0\\200\\0\\0\\0\\0\\0\\0\\0CNIH\\011\\0\\0\\0"\nexec cat\n',
    ],
  ])('refuses a binary that %s', async (what, script) => {
    const binary = join(folder, `foreign ${what}`);
    writeFileSync(binary, script, { mode: 0o755 });
    const client = new HelperClient({ binary });
    await expect(client.spawn(shell('true'))).rejects.toMatchObject({ code: 'ERR_HELPER', value: binary });
    await client[Symbol.asyncDispose]();
  });

  it('passes on what the binary said before its end', async () => {
    const binary = join(folder, 'talkative');
    writeFileSync(binary, '#!/bin/sh\necho wrong machine >&2\nexit 3\n', { mode: 0o755 });
    const failure = new HelperClient({ binary }).spawn(shell('true'));
    await expect(failure).rejects.toThrow(/code 3.*wrong machine/);
  });
});

describe('a helper that is killed', () => {
  it('rejects what was pending, takes its programs along, and is replaced by the next call', async () => {
    const client = new HelperClient();
    const marker = join(folder, 'plugin-pid');
    const runs = [
      client.spawn(shell(`echo $$ > ${marker}; exec sleep 60`)),
      client.spawn(shell('exec sleep 60')),
    ];
    await eventually(
      'the program runs',
      () => existsSync(marker) && readFileSync(marker, 'utf8').endsWith('\n'),
    );
    const first = client.pid ?? 0;
    process.kill(first, 'SIGKILL');
    for (const run of await Promise.allSettled(runs)) {
      expect(run).toMatchObject({ status: 'rejected', reason: { code: 'ERR_HELPER' } });
      expect(run).toMatchObject({ reason: { message: expect.stringContaining('SIGKILL') } });
    }
    const plugin = Number(readFileSync(marker, 'utf8'));
    await eventually('the program has ended', () => !isRunning(plugin));
    expect((await client.spawn(shell('echo again'))).stdout).toBe('again\n');
    expect(client.pid).not.toBe(first);
    await client[Symbol.asyncDispose]();
  });
});

describe('disposal', () => {
  it('waits for running programs, ends the helper, and can be repeated', async () => {
    const client = new HelperClient();
    const run = client.spawn(shell('sleep 0.2; echo done'));
    await client.spawn(shell('true'));
    const pid = client.pid ?? 0;
    await client[Symbol.asyncDispose]();
    expect(isRunning(pid)).toBe(false);
    expect((await run).stdout).toBe('done\n');
    await client[Symbol.asyncDispose]();
    expect(client.pid).toBeUndefined();
  });

  it('keeps Node alive until it is done, and Node ends then', async () => {
    const node = new NodeProcess('disposing.ts');
    expect([await node.ended, node.output]).toEqual([0, 'disposed after exited\n']);
  });

  it('is fine where the helper could not be started', async () => {
    const node = new NodeProcess('no-descriptor.ts');
    expect([await node.ended, node.output]).toEqual([0, 'ERR_HELPER\n']);
  });

  it('leaves what runs to be cancelled', async () => {
    const client = new HelperClient();
    const controller = new AbortController();
    const run = client.spawn(shell('exec sleep 60', { signal: controller.signal }));
    await client.spawn(shell('true'));
    const disposed = client[Symbol.asyncDispose]();
    setTimeout(() => controller.abort(), 100);
    expect((await run).ended).toBe('cancelled');
    await disposed;
  });

  it('does not wait for a helper that is stopped', { timeout: 15_000 }, async () => {
    const client = new HelperClient();
    await client.spawn(shell('true'));
    const pid = client.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await client[Symbol.asyncDispose]();
    expect(isRunning(pid)).toBe(false);
  });

  it('right after the first call loses nothing', async () => {
    const client = new HelperClient();
    const run = client.spawn(shell('echo done'));
    await client[Symbol.asyncDispose]();
    expect((await run).stdout).toBe('done\n');
  });
});

describe('a Node process', () => {
  it('ends by itself while its helper has nothing to do, and the helper with it', async () => {
    const node = startNode('idle.ts');
    const [code] = await once(node.child, 'close');
    expect(code).toBe(0);
    await eventually('the helper has ended', () => !isRunning(Number(node.output())));
  });

  it('stays while a program runs', async () => {
    const node = startNode('waiting.ts');
    await once(node.child, 'close');
    expect(node.output()).toBe('finished\n');
  });

  it('that is killed leaves its programs to end within their deadlines, then the helper ends', async () => {
    const [pids, marker] = [join(folder, 'pids'), join(folder, 'outlived')];
    const node = startNode('killed.ts', pids, marker);
    await eventually('both programs run', () => readLines(pids).length === 2 && node.output().endsWith('\n'));
    const helper = Number(node.output());
    expect(isRunning(helper)).toBe(true);
    node.child.kill('SIGKILL');
    await once(node.child, 'close');
    await eventually('the one that ends by itself has', () => existsSync(marker));
    await eventually('the stubborn one has ended', () =>
      readLines(pids).every((pid) => !isRunning(Number(pid))),
    );
    await eventually('the helper has ended', () => !isRunning(helper));
    endProcess(helper);
  });
});

function startNode(fixture: string, ...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(fixtures, fixture), ...args]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.pipe(process.stderr);
  return { child, output: () => output };
}

function readLines(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}
