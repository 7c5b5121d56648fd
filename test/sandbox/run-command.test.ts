import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RuntimeCommand, runCommand } from '../../src/sandbox/runtimes/run-command.js';

const shell = (script: string) => ({ program: '/bin/sh', args: ['-c', script], timeoutMs: 30_000 });

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe.each([
  ['with the native helper', true],
  ['without a native helper', false],
])('a command of a runtime %s', (_, hasHelper) => {
  const run = (command: RuntimeCommand) => runCommand(command, hasHelper);

  it('gives its output and its exit code, and sees nothing but where programs are', async () => {
    process.env.SECRET_OF_THE_CALLER = 'x';
    const outcome = await run(shell('echo "$SECRET_OF_THE_CALLER$(pwd)"; echo no >&2; exit 3'));
    delete process.env.SECRET_OF_THE_CALLER;
    expect(outcome).toEqual({ exitCode: 3, signal: null, stdout: '/\n', stderr: 'no\n' });
  });

  it('tells by which signal it ended', async () => {
    expect(await run(shell('kill -KILL $$'))).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it('is over although something that it started has its output file open', async () => {
    const outputFile = join(folder, 'output');
    const start = performance.now();
    const outcome = await run({ ...shell('echo begun; sleep 20 & exit 0'), outputFile });
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(outcome).toEqual({ exitCode: 0, signal: null, stdout: '', stderr: '' });
    expect(await readFile(outputFile, 'utf8')).toBe('begun\n');
  });

  it('ends after its time, or when its caller gives up', async () => {
    const late = run({ ...shell('sleep 20'), timeoutMs: 200 });
    await expect(late).rejects.toMatchObject({ code: 'ERR_TIMEOUT', value: 200 });
    const end = new AbortController();
    const ended = run({ ...shell('sleep 20'), signal: end.signal });
    setTimeout(() => end.abort(), 200);
    await expect(ended).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('that does not exist, or may not be run, says so', async () => {
    const missing = { program: join(folder, 'runc'), args: [], timeoutMs: 1000 };
    await expect(run(missing)).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      value: missing.program,
    });
    await expect(run({ ...missing, program: folder })).rejects.toMatchObject({
      code: 'ERR_PERMISSION',
    });
  });
});
