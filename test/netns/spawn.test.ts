import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNetns, type Netns } from '../../src/netns/index.js';
import type { HelperClient } from '../../src/platform/helper/index.js';
import { IsolatedHelper } from './harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { folder } = isolated;
let helper: HelperClient;
let netns: Netns;
beforeAll(async () => {
  helper = await isolated.beside();
  netns = await createNetns({ path: join(folder, 'ns'), helper });
});
afterAll(async () => {
  await helper.close();
  await isolated[Symbol.asyncDispose]();
});

it('gives the streams of a command inside', async () => {
  const options = { env: { PATH: '/usr/bin:/bin', A: '1' }, cwd: folder };
  const running = await netns.spawn('sh', ['-c', 'cat; echo "$A $PWD"; echo err >&2; exit 3'], options);
  running.stdin.end('in ');
  const [stdout, stderr] = await Promise.all([text(running.stdout), text(running.stderr)]);
  expect([stdout, stderr]).toEqual([`in 1 ${folder}\n`, 'err\n']);
  expect(await running.ended).toEqual({ exitCode: 3, signal: null });
});

it('sees the interfaces of the namespace only', async () => {
  const { stdout } = await netns.spawn('cat', ['/proc/self/net/dev']);
  const devices = await text(stdout);
  expect(devices.match(/^ *\w+:/gm)?.map((name) => name.trim())).toEqual(['lo:']);
});

it('ends the command and its group on request', async () => {
  const running = await netns.spawn('sh', ['-c', 'sleep 100 & wait']);
  running.stdout.resume();
  running.stderr.resume();
  running.kill();
  expect(await running.ended).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
});

it('ends a command that goes on when it should end', async () => {
  const stubborn = ['-c', "trap '' TERM; echo ready; while :; do sleep 1; done"];
  const running = await netns.spawn('sh', stubborn, { timeoutMs: 300, graceMs: 50 });
  running.stdout.resume();
  running.stderr.resume();
  await expect(running.ended).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
});

it('ends with its signal', async () => {
  const ending = new AbortController();
  const running = await netns.spawn('sleep', ['100'], { signal: ending.signal });
  running.stdout.resume();
  running.stderr.resume();
  ending.abort();
  await expect(running.ended).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  const again = netns.spawn('sleep', ['100'], { signal: ending.signal });
  await expect(again).rejects.toMatchObject({ code: 'ERR_ABORTED' });
});

it('refuses a command that does not exist', async () => {
  await expect(netns.spawn('no-such-command')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' });
});
