import { closeSync, copyFileSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HelperClient, SpawnError } from '../../../src/platform/helper/index.js';
import { shell } from './harness/shell.js';

const client = new HelperClient();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'helper-spawn-')));
afterAll(async () => {
  await client[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('a program that is run through the helper', () => {
  it('gets its input and gives back output, errors and exit code', async () => {
    const outcome = await client.spawn(shell('cat; echo oops >&2; exit 7', { stdin: 'grüße\n' }));
    expect(outcome).toEqual({
      exitCode: 7,
      signal: null,
      stdout: 'grüße\n',
      stderr: 'oops\n',
      ended: 'exited',
    });
  });

  it('reports the signal that ended it', async () => {
    const outcome = await client.spawn(shell('kill -SEGV $$'));
    expect(outcome).toMatchObject({ exitCode: null, signal: 'SIGSEGV', ended: 'exited' });
  });

  it('takes bytes as input, NUL among them', async () => {
    const outcome = await client.spawn(shell('od -An -tx1', { stdin: Uint8Array.of(0, 255, 10) }));
    expect(outcome.stdout.trim()).toBe('00 ff 0a');
  });

  it('reads nothing where there is no input', async () => {
    expect((await client.spawn(shell('cat; echo end'))).stdout).toBe('end\n');
  });

  it('gets the given environment and nothing else', async () => {
    const env = { CNI_ARGS: 'A=1;B=a b', EMPTY: '', UMLAUT: 'ü' };
    const outcome = await client.spawn({ path: '/usr/bin/env', env });
    expect(outcome.stdout).toBe('CNI_ARGS=A=1;B=a b\nEMPTY=\nUMLAUT=ü\n');
  });

  it('starts in the given folder, or else in that of this process', async () => {
    expect((await client.spawn(shell('pwd', { cwd: folder }))).stdout.trim()).toBe(folder);
    expect((await client.spawn(shell('pwd'))).stdout.trim()).toBe(process.cwd());
  });

  it('has descriptors 0, 1 and 2 and no other', async () => {
    const slow = client.spawn(shell('sleep 0.3', { stdin: 'x'.repeat(1 << 20) }));
    const outcome = await client.spawn(shell('ls /proc/$$/fd; :', { stdin: 'input' }));
    expect(outcome.stdout.split('\n').filter(Boolean)).toEqual(['0', '1', '2']);
    await slow;
  });

  it('leads a process group of its own', async () => {
    const outcome = await client.spawn(shell('echo $$; cut -d" " -f5 /proc/$$/stat; :'));
    const [pid, group] = outcome.stdout.trim().split('\n');
    expect(group).toBe(pid);
  });

  it('starts with no signal blocked or ignored', async () => {
    const outcome = await client.spawn({
      path: '/bin/grep',
      argv: ['grep', 'Sig[BI]', '/proc/self/status'],
      env: {},
    });
    expect(outcome.stdout).toMatch(/^SigBlk:\t0+\nSigIgn:\t0+\n$/);
  });
});

describe('a program that cannot be started', () => {
  it('rejects with errno, step and path if there is no program', async () => {
    const error = await client.spawn({ path: '/nowhere/plugin', env: {} }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SpawnError);
    expect(error).toMatchObject({ code: 'ENOENT', syscall: 'execve', path: '/nowhere/plugin' });
  });

  it.each([
    ['a folder', () => folder, 'EACCES'],
    ['a file without run bit', () => emptyFile('plain', 0o644), 'EACCES'],
    ['a file that is no program', () => emptyFile('empty', 0o755), 'ENOEXEC'],
  ])('rejects for %s', async (_, path, code) => {
    await expect(client.spawn({ path: path(), env: {} })).rejects.toMatchObject({ code, syscall: 'execve' });
  });

  it('rejects with ETXTBSY while somebody writes to it, and runs it afterwards', async () => {
    const path = join(folder, 'busy');
    copyFileSync('/bin/true', path);
    const file = openSync(path, 'r+');
    await expect(client.spawn({ path, env: {} })).rejects.toMatchObject({
      code: 'ETXTBSY',
      syscall: 'execve',
    });
    closeSync(file);
    expect((await client.spawn({ path, env: {} })).exitCode).toBe(0);
  });

  it('names a folder that does not exist', async () => {
    const failure = client.spawn(shell('true', { cwd: '/nowhere' }));
    await expect(failure).rejects.toMatchObject({ code: 'ENOENT', syscall: 'chdir', path: '/nowhere' });
  });

  it('names a namespace that is not one', async () => {
    const missing = client.spawn(shell('true', { netns: '/nowhere/ns' }));
    await expect(missing).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open', path: '/nowhere/ns' });
    const plain = client.spawn(shell('true', { netns: emptyFile('not-a-namespace', 0o644) }));
    await expect(plain).rejects.toMatchObject({ code: 'EINVAL', syscall: 'setns' });
  });

  it.each([
    ['the path', { path: '/bin/tr\0ue', env: {} }],
    ['an argument', { path: '/bin/true', argv: ['true', 'a\0b'], env: {} }],
    ['a variable', { path: '/bin/true', env: { A: '1\0B=2' } }],
    ['no arguments at all', { path: '/bin/true', argv: [], env: {} }],
  ])('refuses NUL or nothing in %s', async (_, request) => {
    await expect(client.spawn(request)).rejects.toMatchObject({ name: 'SpawnError', code: 'EINVAL' });
  });

  it('refuses a request that does not fit a frame, and goes on', async () => {
    const huge = client.spawn(shell('cat', { stdin: Buffer.alloc(65 << 20) }));
    await expect(huge).rejects.toMatchObject({ code: 'E2BIG' });
    expect((await client.spawn(shell('echo on'))).stdout).toBe('on\n');
  });

  it('reports arguments that the system finds too long', async () => {
    const failure = client.spawn({ path: '/bin/true', argv: ['true', 'x'.repeat(1 << 20)], env: {} });
    await expect(failure).rejects.toMatchObject({ code: 'E2BIG', syscall: 'execve' });
  });
});

function emptyFile(name: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, name === 'empty' ? '\u0001\u0002' : '', { mode });
  return path;
}
