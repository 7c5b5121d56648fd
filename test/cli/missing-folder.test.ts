import { expect, it } from 'vitest';
import { useCommandBench } from './harness/command.js';

const bench = useCommandBench();

it('status says why nothing can be attached, also where there is no network to say it of', async () => {
  expect(await bench.run('status', '--netconfpath', '/none', ...bench.cache)).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^libcni: warning: not ready: no default network .*folder \/none does not exist.*\n$/,
    ),
  });
  const asJson = await bench.run('status', '--netconfpath', '/none', '--json', ...bench.cache);
  expect(asJson).toMatchObject({ code: 2, stderr: '' });
});

it('status does not say twice why the default network is not ready', async () => {
  await bench.configure('front', { type: 'missing' });
  const { code, stdout, stderr } = await bench.run('status', ...bench.cache);
  expect(code).toBe(2);
  expect(`${stdout}${stderr}`).toContain('plugin missing');
  expect(stderr).not.toContain('not ready');
});

it('list says that the folder does not exist', async () => {
  for (const more of [[], ['--json']])
    expect(await bench.run('list', '--netconfpath', '/none', ...more)).toMatchObject({
      code: 0,
      stderr: 'libcni: warning: the folder /none does not exist\n',
    });
  expect(await bench.run('list')).toMatchObject({ code: 0, stderr: '' });
});
