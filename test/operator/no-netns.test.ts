import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
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

it('an empty path has one error in the verbs and in the operator', async () => {
  const missing = '{"code":4,"msg":"required env variables [CNI_NETNS] missing"}';
  await host.plugins.add('one', {
    ADD: { stdout: missing, exitCode: 1 },
    CHECK: { stdout: missing, exitCode: 1 },
  });
  const nowhere = { ...rt, netns: '' };
  const runs = [
    host.plugins.cni().addNetworkList(listOfTypes(['one']), nowhere),
    host.plugins.cni().checkNetworkList(listOfTypes(['one']), nowhere),
    host.operator.attach({ ...request, netns: '' }),
    host.operator.attach({ id: 'c1' }),
  ];
  const errors = (await Promise.allSettled(runs)).map((run) => run.status === 'rejected' && run.reason);
  expect(errors.map((error) => [error.name, error.code])).toEqual(
    runs.map(() => ['LibcniError', 'ERR_NETNS']),
  );
  expect(errors[0]).toMatchObject({ message: expect.stringContaining('netns is empty'), cause: { code: 4 } });
});

describe('the CHECK of a record of Go, whose namespace is gone', () => {
  const path = '/run/netns/gone';
  const [key, plugins] = [{ networkName: 'a', containerId: 'c1', ifName: 'eth0' }, [{ type: 'one' }]];
  const said = `there is no network namespace at "${path}": nothing is there`;

  beforeEach(async () => {
    await host.plugins.add('one', { ADD: { stdout: resultText() }, CHECK: refusal });
    const config = Buffer.from(JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins })).toString(
      'base64',
    );
    const entry = { kind: 'cniCacheV1', ...key, config, netns: path, result: JSON.parse(resultText()) };
    await mkdir(join(host.plugins.cacheDir, 'results'), { recursive: true });
    await writeFile(join(host.plugins.cacheDir, 'results/a-c1-eth0'), JSON.stringify(entry));
  });

  it('says so in the verbs, whatever the plugin says', async () => {
    const checking = host.plugins
      .cni()
      .checkNetworkList(listOfTypes(['one'], { name: 'a' }), { ...rt, netns: path });
    await expect(checking).rejects.toMatchObject({
      code: 'ERR_NETNS',
      verb: 'CHECK',
      plugin: 'one',
      message: expect.stringContaining(said),
      cause: { code: 999 },
    });
  });

  it('says so in the operator before a plugin runs', async () => {
    const outcomes = await host.operator.check({ id: 'c1' });
    expect(outcomes).toMatchObject([{ outcome: 'failed', error: { code: 'ERR_NETNS', verb: 'CHECK' } }]);
    expect(outcomes[0]?.error?.message).toContain(said);
    expect(await host.order()).toEqual([]);
  });
});

it('what a plugin says with a code of its own stays what it is', async () => {
  await host.plugins.add('one', { ADD: { stdout: '{"code":100,"msg":"no room"}', exitCode: 1 } });
  const adding = host.plugins.cni().addNetworkList(listOfTypes(['one']), rt);
  await expect(adding).rejects.toMatchObject({ name: 'PluginError', code: 100, msg: 'no room' });
});
