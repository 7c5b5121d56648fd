import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { useLab } from '../harness/lab.js';
import { runCommand, useCommand } from './harness/cli.js';

const lab = useLab();
const libcni = useCommand(lab);
const path = '/var/run/netns/clitest';

it('makes a namespace, runs programs in it, shows and removes it', async () => {
  lab.defer(() => libcni('netns', 'rm', 'clitest'));
  expect(await libcni('netns', 'create', 'clitest')).toEqual({
    exitCode: 0,
    stdout: `${path}\n`,
    stderr: '',
  });
  expect(await libcni('netns', 'create', 'clitest')).toMatchObject({ exitCode: 5 });
  expect((await libcni('netns', 'ls')).stdout).toMatch(
    new RegExp(`^clitest\tmounted\t\\d+\t0\t${path}$`, 'm'),
  );
  const ran = await libcni(
    'netns',
    'exec',
    'clitest',
    'sh',
    '-c',
    'ls /sys/class/net >/dev/null; ip -br link; exit 7',
  );
  expect(ran.exitCode).toBe(7);
  expect(ran.stdout).toMatch(/^lo +UNKNOWN/);
  expect(await libcni('netns', 'exec', 'clitest', 'there-is-none')).toMatchObject({ exitCode: 127 });
  const { interfaces } = JSON.parse((await libcni('netns', 'inspect', 'clitest', '--json')).stdout);
  expect(interfaces).toMatchObject([{ name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] }]);
  expect(await libcni('netns', 'rm', 'clitest', 'never-there')).toMatchObject({
    exitCode: 0,
    stdout: `${path}\n`,
    stderr: 'libcni: warning: there was no namespace /var/run/netns/never-there\n',
  });
});

it('keeps the namespace of a process', async () => {
  lab.defer(() => libcni('netns', 'rm', 'clitest'));
  const child = spawn('unshare', ['--net', 'sleep', '60']);
  lab.defer(async () => child.kill());
  await once(child, 'spawn');
  await expect
    .poll(async () => (await libcni('netns', 'pin', String(child.pid), 'clitest')).stdout)
    .toBe(`${path}\n`);
  const listed = JSON.parse((await libcni('netns', 'ls', '--json')).stdout);
  expect(listed.find(({ name }: { name: string }) => name === 'clitest').processes).toContain(child.pid);
  expect(await libcni('netns', 'pin', '99999999')).toMatchObject({ exitCode: 3 });
});

it('ends work cleanly on a signal, and says how it ended', async () => {
  const outcome = await runCommand(['netns', 'exec', '/proc/self/ns/net', 'sh', '-c', 'kill -TERM $$']);
  expect(outcome.exitCode).toBe(143);
});
