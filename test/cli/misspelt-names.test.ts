import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { useCommandBench } from './harness/command.js';

const bench = useCommandBench();
const libcni = (...args: string[]) => bench.run(...args, ...bench.cache);
const ABSENT = 'libcni: warning: there is no network fornt; did you mean front?\n';

it('detach says that there was nothing to detach, and warns of a network that nobody knows', async () => {
  expect(await libcni('detach', 'wbe')).toEqual({ code: 0, stdout: 'wbe was not attached\n', stderr: '' });
  const said = 'web was not attached to fornt\n';
  expect(await libcni('detach', 'web', 'fornt')).toEqual({ code: 0, stdout: said, stderr: ABSENT });
  const asJson = await libcni('detach', 'web', 'fornt', '--json');
  expect(JSON.parse(asJson.stdout)).toEqual({ id: 'web', networks: ['fornt'], detached: false });
  expect(await libcni('detach', 'web', 'front@data0')).toEqual({
    code: 0,
    stdout: 'web was not attached to front@data0\n',
    stderr: '',
  });
});

it('network disconnect says the same', async () => {
  const said = 'web was not connected to fornt\n';
  expect(await libcni('network', 'disconnect', 'fornt', 'web')).toEqual({
    code: 0,
    stdout: said,
    stderr: ABSENT,
  });
  const asJson = await libcni('network', 'disconnect', 'fornt', 'web', '--json');
  expect(JSON.parse(asJson.stdout)).toEqual({ network: 'fornt', id: 'web', disconnected: false });
  const known = await libcni('network', 'disconnect', 'front', 'web');
  expect(known).toEqual({ code: 0, stdout: 'web was not connected to front\n', stderr: '' });
});

it('a network is known while its file is broken or a record is left of it', async () => {
  await writeFile(join(bench.confDir, 'broken.conflist'), '{');
  expect((await libcni('detach', 'web', 'broken')).stderr).toBe('');
  const results = join(bench.plugins.cacheDir, 'results');
  await mkdir(results, { recursive: true });
  await writeFile(join(results, 'gone-db-eth0'), '{');
  const outcome = await libcni('detach', 'web', 'gone');
  expect(outcome).toMatchObject({ code: 0, stdout: 'web was not attached to gone\n', stderr: '' });
});
