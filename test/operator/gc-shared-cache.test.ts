import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CNIOperator } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { failure, request, useHost } from './harness/use-host.js';

const host = useHost();

/** An operator on a configuration folder of its own, with one network, in the cache that all share. */
async function operatorOn(network: string, stateDir?: string): Promise<CNIOperator> {
  const confDir = join(host.plugins.root, `conf-of-${network}`);
  await mkdir(confDir, { recursive: true });
  const content = { cniVersion: '1.0.0', name: network, plugins: [{ type: 'two' }] };
  await writeFile(join(confDir, 'net.conflist'), JSON.stringify(content));
  return await host.networks.operator({ confDir, stateDir });
}

async function unconfigure(network: string): Promise<void> {
  await rm(join(host.networks.confDir, `${network}.conflist`));
  await host.operator.reload();
}

/** What is noted of attachments that were made here. */
async function notes(): Promise<string[]> {
  return await readdir(join(host.plugins.cacheDir, 'libcni', 'attached')).catch(() => []);
}

describe.each([
  ['with a state folder of its own', () => join(host.plugins.root, 'other-state')],
  ['with the same state folder', () => undefined],
])('the attachments of another program %s, to a network that is not configured here', (_, stateDir) => {
  beforeEach(async () => {
    await host.operator.attach(request);
    const other = await operatorOn('podman', stateDir());
    await other.attach({ ...request, id: 'podmanctr' });
  });

  it('are left alone, and named', async () => {
    const dry = await host.operator.gc({ valid: [], dryRun: true });
    const report = await host.operator.gc({ valid: [] });
    expect(report).toEqual(dry);
    expect(report.stale).toMatchObject([{ network: 'a', containerId: 'c1' }]);
    expect(report.foreign).toMatchObject([{ network: 'podman', containerId: 'podmanctr' }]);
    expect(await host.attachments()).toEqual(['podman-podmanctr-eth0']);
    expect(await host.order()).toEqual(['ADD one eth0', 'ADD two eth0', 'DEL one eth0']);
  });

  it('are not named where they are in use', async () => {
    expect((await host.operator.gc({ valid: [{ id: 'podmanctr' }] })).foreign).toEqual([]);
  });

  it('are taken down by who asks for it', async () => {
    const { stale, foreign } = await host.operator.gc({ valid: [], unknownNetworks: true });
    expect([stale.length, foreign]).toEqual([2, []]);
    expect(await host.attachments()).toEqual([]);
  });
});

it('the attachments of another program to a network that is configured here are taken down unless named', async () => {
  const other = await operatorOn('a', join(host.plugins.root, 'other-state'));
  for (const id of ['c1', 'c2']) await other.attach({ ...request, id });
  const { stale } = await host.operator.gc({ valid: [{ id: 'c2' }] });
  expect(stale).toMatchObject([{ network: 'a', containerId: 'c1' }]);
  expect(await host.attachments()).toEqual(['a-c2-eth0']);
});

it('a record with names that no program here would give stops no collection', async () => {
  await host.operator.attach(request);
  const record = {
    kind: 'cniCacheV1',
    containerId: '../odd',
    networkName: 'podman',
    ifName: 'eth0',
    config: Buffer.from('{"cniVersion":"1.0.0","name":"podman","plugins":[{"type":"two"}]}').toString(
      'base64',
    ),
  };
  await writeFile(join(host.plugins.cacheDir, 'results', 'odd'), JSON.stringify(record));
  const { stale, foreign } = await host.operator.gc({ valid: [] });
  expect(stale).toMatchObject([{ containerId: 'c1' }]);
  expect(foreign).toMatchObject([{ containerId: '../odd' }]);
  expect(await host.attachments()).toEqual(['odd']);
});

it('`lo` that another program has recorded is left alone', async () => {
  await host.plugins.add('loopback', { ADD: { stdout: resultText('127.0.0.1/8', '0.3.1') } });
  const other = await host.networks.operator({
    loopback: 'plugin',
    stateDir: join(host.plugins.root, 'other-state'),
  });
  await other.attach(request);
  await host.operator.gc({ valid: [] });
  expect(await host.attachments()).toEqual(['cni-loopback-c1-lo']);
});

describe('an attachment that was made here', () => {
  it('is found by the next process, though its network is not configured any more', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await unconfigure('b');
    const next = await host.networks.operator();
    const { stale, foreign } = await next.gc({ valid: [] });
    expect(stale.map(({ network }) => network)).toEqual(['a', 'b']);
    expect([foreign, await host.attachments(), await notes()]).toEqual([[], [], []]);
  });

  it('is noted until it is detached', async () => {
    await host.operator.attach(request);
    expect(await notes()).toEqual(['a+c1+eth0']);
    await host.operator.detach({ id: 'c1' });
    expect(await notes()).toEqual([]);
  });

  it('is not noted any more where another program has detached it', async () => {
    await host.operator.attach(request);
    await operatorOn('other').then((other) => other.attach({ ...request, id: 'c2' }));
    for (const name of ['a-c1-eth0', 'other-c2-eth0']) await rm(join(host.plugins.cacheDir, 'results', name));
    await host.operator.gc({ valid: [], dryRun: true });
    expect((await notes()).sort()).toEqual(['a+c1+eth0', 'other+c2+eth0']);
    await host.operator.gc({ valid: [] });
    expect(await notes()).toEqual(['other+c2+eth0']);
  });

  it('is not noted where nothing came of it', async () => {
    await host.plugins.add('two', { ADD: failure });
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await expect(attaching).rejects.toMatchObject({ code: 100 });
    expect(await notes()).toEqual([]);
  });

  it('is noted until what was left of it has been taken away', async () => {
    await host.plugins.add('one', { ADD: failure, DEL: failure });
    await expect(host.operator.attach(request)).rejects.toMatchObject({ code: 100 });
    expect(await notes()).toEqual(['a+c1+eth0']);
    await host.plugins.add('one');
    await host.operator.recover();
    expect(await notes()).toEqual([]);
  });

  it('is noted though recovery finds that it was finished', async () => {
    await host.operator.attach(request);
    const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
    const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };
    await new Journal(join(host.plugins.cacheDir, 'libcni')).begin({ ...key, netns: '', config });
    await host.operator.recover();
    await unconfigure('a');
    expect((await host.operator.gc({ valid: [] })).stale).toHaveLength(1);
  });

  it('is not begun where it cannot be noted', async () => {
    await mkdir(join(host.plugins.cacheDir, 'libcni'), { recursive: true });
    await writeFile(join(host.plugins.cacheDir, 'libcni', 'attached'), 'a file in the place of the folder');
    await expect(host.operator.attach(request)).rejects.toMatchObject({
      code: 'ERR_CACHE',
      network: 'a',
      cause: { code: expect.stringMatching(/^(ENOTDIR|EEXIST)$/) },
    });
    expect([...(await host.order()), ...(await host.stateLeft())]).toEqual([]);
  });
});
