import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CNIOperator, LibcniWarning } from '../../../src/index.js';
import { Journal } from '../../../src/operator/journal/journal.js';
import { until } from '../../integration/harness/eventually.js';
import { FixtureNetworks } from '../harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;
let warnings: LibcniWarning[];

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  await networks.add('a-b', { type: 'two' });
  operator = await networks.operator({ sync: true });
  warnings = [];
  // There is no namespace at the path of these tests.
  operator.on('warning', (warning) => {
    if (warning.code !== 'NETNS_GONE') warnings.push(warning);
  });
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

function record(name: string): string {
  return join(networks.plugins.cacheDir, 'results', name);
}

async function records(): Promise<string[]> {
  return (await readdir(record(''))).sort();
}

describe('two attachments whose names run into the same cache file', () => {
  const one = { id: 'b-c', netns: '/run/netns/none', networks: [{ name: 'a', ifName: 'eth0' }] };
  const other = { id: 'c', netns: '/run/netns/none', networks: [{ name: 'a-b', ifName: 'eth0' }] };

  it('exclude each other, with the names of both', async () => {
    await operator.attach(one);
    const before = await readFile(record('a-b-c-eth0'), 'utf8');
    const attaching = operator.attach(other);
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CONFLICT', containerId: 'c', network: 'a-b' });
    await expect(attaching).rejects.toThrow(/container b-c on network a and/);
    expect(await networks.plugins.order()).toEqual(['ADD one']);
    expect(await readFile(record('a-b-c-eth0'), 'utf8')).toBe(before);
  });

  it('exclude each other at the same time, too', async () => {
    const outcomes = await Promise.allSettled([operator.attach(one), operator.attach(other)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await networks.plugins.order()).toHaveLength(1);
  });

  it('are not confused when the one that does not exist is detached', async () => {
    await operator.attach(one);
    await operator.detach(other);
    expect(await networks.plugins.order()).toEqual(['ADD one']);
    expect(await records()).toEqual(['a-b-c-eth0']);
    expect(warnings).toMatchObject([{ code: 'CACHE_ENTRY_OF_ANOTHER', containerId: 'c', network: 'a-b' }]);
  });

  it('are not confused when the one that does not exist is checked', async () => {
    await operator.attach(one);
    const outcomes = await operator.check(other);
    expect(outcomes).toMatchObject([{ name: 'a-b', outcome: 'failed', error: { code: 'ERR_CONFLICT' } }]);
    expect(await networks.plugins.order()).toEqual(['ADD one']);
  });

  it('of which one was interrupted: it is removed before the other is made', async () => {
    const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
    const key = { network: 'a', containerId: 'b-c', ifName: 'eth0' };
    const journal = new Journal(join(networks.plugins.cacheDir, 'libcni'));
    await journal.begin({ ...key, netns: '', config });
    await operator.attach(other);
    expect(await networks.plugins.order()).toEqual(['DEL one', 'ADD two']);
    expect(await journal.list()).toEqual([]);
  });
});

describe('a record without a usable configuration', () => {
  const name = 'gone-c1-eth0';

  beforeEach(async () => {
    await operator.attach({ id: 'c1', netns: '/run/netns/none', networks: [{ name: 'a', ifName: 'eth1' }] });
    const unusable = {
      kind: 'cniCacheV1',
      containerId: 'c1',
      ifName: 'eth0',
      networkName: 'gone',
      config: '',
    };
    await writeFile(record(name), JSON.stringify(unusable));
  });

  it('does not keep the container from being detached, and is set aside', async () => {
    await operator.detach({ id: 'c1' });
    expect(await networks.plugins.order()).toEqual(['ADD one', 'DEL one']);
    expect(await records()).toEqual([]);
    const [aside = ''] = await readdir(join(networks.plugins.cacheDir, 'unreadable'));
    expect(aside).toContain(name);
    expect(warnings).toMatchObject([
      { code: 'CACHE_ENTRY_SET_ASIDE', network: 'gone', file: expect.stringContaining(aside) },
    ]);
    await operator.detach({ id: 'c1' });
    expect(warnings).toHaveLength(1);
  });

  it('is a fault that a check reports', async () => {
    const outcomes = await operator.check({ id: 'c1' });
    expect(outcomes).toContainEqual(
      expect.objectContaining({ name: 'gone', ifName: 'eth0', outcome: 'failed' }),
    );
    expect(await records()).toContain(name);
  });
});

it('a record that has become useless does not keep a rollback from taking the attachment down', async () => {
  const { plugins, confDir } = networks;
  const shell = `touch ${plugins.root}/begun; until [ -e ${plugins.root}/go ]; do sleep 0.05; done`;
  await plugins.add('two', { ADD: { shell, exitCode: 1 } });
  const attaching = operator.attach({
    id: 'c1',
    netns: '/run/netns/none',
    networks: [{ name: 'a', args: [['K', 'V']] }, { name: 'a-b' }],
  });
  const failed = expect(attaching).rejects.toMatchObject({ plugin: 'two', rollbackErrors: [] });
  await until(async () => (await readdir(plugins.root)).includes('begun'));
  const { config: _, ...rest } = JSON.parse(await readFile(record('a-c1-eth0'), 'utf8'));
  await writeFile(record('a-c1-eth0'), JSON.stringify({ ...rest, config: '' }));
  await rm(join(confDir, 'a.conflist'));
  await operator.reload();
  await writeFile(join(plugins.root, 'go'), '');
  await failed;
  expect(await plugins.order()).toEqual(['ADD one', 'ADD two', 'DEL two', 'DEL one']);
  expect((await plugins.calls()).at(-1)?.env.CNI_ARGS).toContain('K=V');
  expect([await records(), warnings]).toEqual([[], []]);
});

it('twenty containers are attached at a time without a warning of Node', async () => {
  const heard: Error[] = [];
  const listen = (warning: Error) => heard.push(warning);
  process.on('warning', listen);
  await operator.attach({ id: 'first', netns: '/run/netns/none' });
  const ids = Array.from({ length: 20 }, (_, index) => `c${index}`);
  await Promise.all(ids.map((id) => operator.attach({ id, netns: '/run/netns/none' })));
  process.off('warning', listen);
  expect(heard).toEqual([]);
});
