import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNetns, loopbackUp, type Netns, openNetns, removeNetns } from '../../src/netns/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
let netns: Netns;
beforeAll(async () => {
  netns = await createNetns({ path: join(folder, 'ns'), helper });
});
afterAll(() => isolated[Symbol.asyncDispose]());

describe('netns.exec', () => {
  it('runs a command with input, environment and folder', async () => {
    const options = { stdin: 'in', env: { PATH: '/usr/bin:/bin', A: '1' }, cwd: folder };
    const result = await netns.exec('sh', ['-c', 'cat; echo " $A $PWD"; echo err >&2; exit 3'], options);
    expect(result).toEqual({ exitCode: 3, signal: null, stdout: `in 1 ${folder}\n`, stderr: 'err\n' });
  });

  it('runs a command as it was at the call, whatever the caller changes meanwhile', async () => {
    const options = { stdin: Buffer.from('in'), env: { PATH: '/usr/bin:/bin', A: '1' } };
    const args = ['-c', 'cat; echo " $A"'];
    const running = netns.exec('sh', args, options);
    options.stdin.write('xx');
    options.env.A = '2';
    args[1] = 'exit 1';
    expect(await running).toMatchObject({ exitCode: 0, stdout: 'in 1\n' });
  });

  it('passes on the environment of this process if none is given', async () => {
    const result = await netns.exec('sh', ['-c', 'echo "$PATH"']);
    expect(result.stdout).toBe(`${process.env.PATH}\n`);
  });

  it('sees the interfaces of the namespace only', async () => {
    const { stdout } = await netns.exec('cat', ['/proc/self/net/dev']);
    expect(stdout.match(/^ *\w+:/gm)?.map((name) => name.trim())).toEqual(['lo:']);
  });

  it('reports a signal', async () => {
    expect(await netns.exec('sh', ['-c', 'kill -KILL $$'])).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
    });
  });

  it.each([
    ['on PATH', 'no-such-command'],
    ['at its path', '/nowhere/command'],
    ['under an empty name', ''],
  ])('rejects where the command is not %s', async (_, file) => {
    await expect(netns.exec(file)).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
  });

  it('says what keeps a command from being started', async () => {
    const [plain, empty] = [join(folder, 'plain'), join(folder, 'empty')];
    for (const path of [plain, empty]) writeFileSync(path, '');
    chmodSync(empty, 0o755);
    const cases: [string, string[], string][] = [
      ['/nowhere/command', [], 'ERR_NOT_FOUND'],
      [`${plain}/command`, [], 'ERR_NOT_FOUND'],
      [plain, [], 'ERR_PERMISSION'],
      [folder, [], 'ERR_PERMISSION'],
      [empty, [], 'ERR_NETNS'],
      ['echo', ['x'.repeat(1_000_000)], 'ERR_CONF_INVALID'],
    ];
    for (const [file, args, code] of cases)
      await expect(netns.exec(file, args)).rejects.toMatchObject({ code, value: file });
  });

  it('rejects if the folder does not exist', async () => {
    await expect(netns.exec('true', [], { cwd: '/nowhere' })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      value: '/nowhere',
    });
  });

  it('ends a command at its time limit', async () => {
    const failure = netns.exec('sleep', ['60'], { timeoutMs: 50 });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: expect.stringContaining('50 ms'),
    });
  });

  it('says what a command wrote before its end', async () => {
    const failure = netns.exec('sh', ['-c', 'echo "no route" >&2; sleep 60'], { timeoutMs: 300 });
    await expect(failure).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      message: expect.stringContaining('"no route"'),
    });
  });

  it('ends an aborted command, and starts none that was aborted before', async () => {
    const controller = new AbortController();
    const running = netns.exec('sleep', ['60'], { signal: controller.signal });
    const outcome = expect(running).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: 'enough' });
    await sleep(50);
    controller.abort('enough');
    await outcome;
    const never = netns.exec('true', [], { signal: controller.signal });
    await expect(never).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('knows a namespace again that a process keeps, by whatever path', async () => {
    const link = join(folder, 'of-a-process');
    symlinkSync('/proc/self/ns/net', link);
    for (const path of [link, '/proc/self/ns/net']) {
      const opened = await openNetns(path, { helper });
      await sleep(100);
      expect(await opened.exec('true')).toMatchObject({ exitCode: 0 });
    }
  });

  it('does not run in another namespace that has taken its place', async () => {
    const first = await createNetns({ path: join(folder, 'place'), helper });
    await first.remove();
    // Its number is free to be given again by then.
    await sleep(200);
    const second = await createNetns({ path: first.path, helper });
    const refused = { code: 'ERR_NETNS', value: first.path, message: expect.stringContaining('another') };
    await expect(first.exec('true')).rejects.toMatchObject(refused);
    await expect(first.loopbackUp()).rejects.toMatchObject(refused);
    expect(await second.exec('true')).toMatchObject({ exitCode: 0 });
  });

  it('says that a namespace is gone', async () => {
    const gone = await createNetns({ path: join(folder, 'gone'), helper });
    await gone.remove();
    await expect(gone.exec('true')).rejects.toMatchObject({ code: 'ERR_NETNS', value: gone.path });
  });
});

describe('loopbackUp', () => {
  const localAddresses = async () => (await netns.exec('cat', ['/proc/self/net/fib_trie'])).stdout;

  it('brings lo up in the namespace', async () => {
    expect(await localAddresses()).not.toContain('127.0.0.1');
    await netns.loopbackUp();
    expect(await localAddresses()).toContain('127.0.0.1');
    await loopbackUp(netns.path, { helper });
  });

  it('leaves the namespace of the helper as it was', async () => {
    expect(await isolated.run('cat /proc/self/net/fib_trie')).not.toContain('127.0.0.1');
  });

  it('rejects where there is no namespace', async () => {
    await expect(loopbackUp(join(folder, 'none'), { helper })).rejects.toMatchObject({ code: 'ERR_NETNS' });
    await expect(loopbackUp(join(folder, 'isolated'), { helper })).rejects.toMatchObject({
      code: 'ERR_NETNS',
    });
  });
});

it('says in the same words wherever it is missed that there is no namespace at a path', async () => {
  const path = join(folder, 'missed');
  const missed = await createNetns({ path, helper });
  await removeNetns(path, { helper });
  const calls = [
    () => openNetns(path, { helper }),
    () => missed.exec('true'),
    () => loopbackUp(path, { helper }),
  ];
  for (const call of calls)
    await expect(call()).rejects.toMatchObject({
      code: 'ERR_NETNS',
      message: `there is no network namespace at ${JSON.stringify(path)}: nothing is there`,
      value: path,
    });
});
