import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfProblem, ConfSnapshot } from '../../src/index.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { failure, request, useHost } from './harness/use-host.js';

const host = useHost();

const mapped = { portMappings: [{ hostPort: 8080, containerPort: 80 }] };

/** A namespace that is there, for plugins that do nothing in it. */
const again = {
  ...request,
  netns: '/proc/self/ns/net',
  hostNetns: true,
  existingInterface: 'allow',
} as const;

describe('an attachment that is recorded', () => {
  it('of a namespace that is gone is said to be so, with what helps', async () => {
    await host.operator.attach(request);
    await expect(host.operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_IN_USE',
      message: expect.stringMatching(/namespace .*none.* is gone.*detach\(\).*gc\(\)/),
    });
  });

  /** Has the record say which namespace it was made in. */
  async function recordIdentity(netnsIdentity: string | undefined): Promise<void> {
    const file = join(host.plugins.cacheDir, 'results/a-c1-eth0');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), netnsIdentity }));
  }

  it.each([
    ['is there', (identity: string) => identity, /ns\/net, which is still there; detach\(\) takes/],
    [
      'has given way to another, as after a reboot',
      (identity: string) => identity.replace(/boot=\S+/, 'boot=0'),
      /ns\/net, which is gone: another one is at that path by now; detach\(\) or gc\(\)/,
    ],
    ['nobody has written down', () => undefined, /it is unknown whether that is still the same.*detach\(\)/],
  ])('of a namespace that %s is said to be so', async (_, rewrite, message) => {
    await host.operator.attach(again);
    const [{ netnsIdentity } = {}] = await host.plugins.cni().getCachedAttachments();
    await recordIdentity(rewrite(String(netnsIdentity)));
    await expect(host.operator.attach(again)).rejects.toMatchObject({
      code: 'ERR_IN_USE',
      message: expect.stringMatching(message),
    });
  });
});

it('a host port of an attach that could not be undone is said to be so, with recover()', async () => {
  await host.plugins.add('one', { ADD: failure, DEL: failure });
  await expect(host.operator.attach({ ...request, capabilityArgs: mapped })).rejects.toThrow();
  const other = host.operator.attach({ ...request, id: 'c2', capabilityArgs: mapped });
  await expect(other).rejects.toMatchObject({
    code: 'ERR_CONFLICT',
    message: expect.stringMatching(/could not be undone.*recover\(\)/),
  });
});

describe('a network that does not exist', () => {
  it('comes with the hint of the file that may be meant', async () => {
    const list = JSON.stringify({ cniVersion: '1.0.0', name: 'web', plugins: [{ type: 'one' }] });
    await writeFile(join(host.networks.confDir, 'web.conf'), list);
    await host.operator.reload();
    await expect(host.operator.attach({ ...request, networks: [{ name: 'web' }] })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: expect.stringContaining('rename to web.conflist'),
    });
  });

  it('is distinguished from a folder that does not exist', async () => {
    await rm(host.networks.confDir, { recursive: true });
    await host.operator.reload();
    await expect(host.operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_NO_CONFIGS',
      message: expect.stringMatching(/the folder .* does not exist/),
    });
    await mkdir(host.networks.confDir);
    await expect(host.operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_NO_CONFIGS',
      message: expect.stringContaining('there is no usable file'),
    });
  });
});

it('problems have their own event, and networks the event change', async () => {
  const changes: ConfSnapshot[] = [];
  const problems: (readonly ConfProblem[])[] = [];
  host.operator.on('change', (snapshot) => changes.push(snapshot));
  host.operator.on('problems', (found) => problems.push(found));
  await writeFile(join(host.networks.confDir, 'z.conflist'), '{');
  await host.operator.reload();
  expect([changes.length, problems.length]).toEqual([0, 1]);
  expect(host.operator.snapshot().problems).toHaveLength(1);
  await host.networks.configure('z', { type: 'two' });
  await host.operator.reload();
  expect([changes.length, problems.length]).toEqual([1, 2]);
});

it('garbage is collected despite invalid names, which are reported at the end', async () => {
  await host.operator.attach(request);
  await host.operator.attach({ ...request, id: 'c2' });
  const collecting = host.operator.gc({ valid: [{ id: '../c3' }, { id: 'c2' }] });
  await expect(collecting).rejects.toMatchObject({
    name: 'LibcniAggregateError',
    message: expect.stringMatching(/^garbage was collected, but .*names/),
    errors: [{ code: 'ERR_CONF_INVALID', value: '../c3' }],
  });
  expect(await host.attachments()).toEqual(['a-c2-eth0']);
});

it('a record with an invalid name is reported once, and other garbage is removed', async () => {
  await host.networks.configure('a', { type: 'one' }, { cniVersion: '1.1.0' });
  await host.operator.reload();
  await host.operator.attach(request);
  await host.operator.attach({ ...request, id: 'c2' });
  const results = join(host.plugins.cacheDir, 'results');
  const entry = JSON.parse(await readFile(join(results, 'a-c1-eth0'), 'utf8'));
  await rm(join(results, 'a-c1-eth0'));
  await writeFile(join(results, 'a-c 1-eth0'), JSON.stringify({ ...entry, containerId: 'c 1' }));
  const error = await host.operator.gc({ valid: [] }).catch((thrown) => thrown);
  expect(error).toMatchObject({ errors: [{ code: 'ERR_CONF_INVALID', value: 'c 1', verb: 'DEL' }] });
  expect(error.message.match(/c 1/g)).toHaveLength(2);
  expect(await host.attachments()).toEqual(['a-c 1-eth0']);
});

describe('the CHECK of mapped ports by an old portmap', () => {
  const versions = (newest: string) =>
    JSON.stringify({ cniVersion: newest, supportedVersions: ['1.0.0', newest] });
  const fault = { stdout: '{"code":999,"msg":"no"}', exitCode: 1 };

  async function checkedBy(newest: string, capabilityArgs: object) {
    const answers = { ADD: { stdout: resultText() }, CHECK: fault, VERSION: { stdout: versions(newest) } };
    await host.plugins.add('portmap', answers);
    await host.networks.configure('m', { type: 'portmap', capabilities: { portMappings: true } });
    await host.operator.reload();
    await host.operator.attach({
      ...again,
      networks: [{ name: 'm', capabilityArgs: { ...capabilityArgs } }],
    });
    return await host.operator.check({ id: 'c1', hostNetns: true });
  }

  it('has an outcome of its own, with what the plugin said', async () => {
    expect(await checkedBy('1.0.0', mapped)).toMatchObject([
      { outcome: 'unreliable', error: { code: 999 }, reason: expect.stringContaining('portmap') },
    ]);
  });

  it('fails like any other where the plugin is newer', async () => {
    expect(await checkedBy('1.1.0', mapped)).toMatchObject([{ outcome: 'failed', error: { code: 999 } }]);
  });

  it('fails like any other without mapped ports', async () => {
    expect(await checkedBy('1.0.0', {})).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('strict', () => {
  it('makes errors of what would be warnings about the request, before anything runs', async () => {
    const strict = await host.networks.operator({ strict: true });
    await expect(
      strict.attach({
        ...request,
        networks: [{ name: 'a' }, { name: 'b', capabilityArgs: { mac: '02:00:00:00:00:01' } }],
      }),
    ).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', message: expect.stringContaining('declares mac') });
    const annotations = { 'k8s.v1.cni.cncf.io/networks': 'b' };
    await expect(strict.attach({ ...request, networks: [{ name: 'a' }], annotations })).rejects.toMatchObject(
      { code: 'ERR_ANNOTATION', message: expect.stringContaining('is ignored') },
    );
    expect(await host.order()).toEqual([]);
    await strict.attach(request);
  });
});
