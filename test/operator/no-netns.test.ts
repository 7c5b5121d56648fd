import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

/** As plugins of the CNI project say it. */
const refusal = { stdout: '{"code":999,"msg":"failed to open netns: unknown FS magic"}', exitCode: 1 };

async function attempts(path: string): Promise<unknown[]> {
  await host.plugins.add('one', { ADD: refusal });
  await using operator = await host.networks.operator({ loopback: 'helper' });
  const runs = [
    host.plugins.cni().addNetworkList(listOfTypes(['one']), { ...rt, netns: path }),
    operator.attach({ ...request, netns: path }),
  ];
  return (await Promise.allSettled(runs)).map((run) => (run.status === 'rejected' ? run.reason : undefined));
}

it.each([
  ['nothing', 'none', 'nothing is there'],
  ['a file', 'file', 'something else is there'],
  ['a folder', 'folder', 'something else is there'],
  ['something behind a file', 'file/deep', 'nothing is there'],
])('a path that leads to %s has one error in the verbs and in the operator', async (_, name, why) => {
  await writeFile(join(host.plugins.root, 'file'), 'x');
  await mkdir(join(host.plugins.root, 'folder'));
  const path = join(host.plugins.root, name);
  const errors = await attempts(path);
  expect(errors).toHaveLength(2);
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'LibcniError', code: 'ERR_NETNS', value: path, verb: 'ADD' });
    expect(String(error)).toContain(`there is no network namespace at "${path}": ${why}`);
    expect(String(error)).not.toContain('bring lo');
  }
  expect(errors[0]).toMatchObject({ cause: { code: 999 } });
});

it('what a plugin says with a code of its own stays what it is', async () => {
  await host.plugins.add('one', { ADD: { stdout: '{"code":100,"msg":"no room"}', exitCode: 1 } });
  const adding = host.plugins.cni().addNetworkList(listOfTypes(['one']), rt);
  await expect(adding).rejects.toMatchObject({ name: 'PluginError', code: 100, msg: 'no room' });
});
