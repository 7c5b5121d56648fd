import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CNIOperator, LibcniWarning } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

const request = { id: 'c1', netns: '/run/netns/none' };

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' }, { cniVersion: '1.1.0' });
  await networks.add('b', { type: 'two' }, { cniVersion: '1.1.0' });
  operator = await networks.operator();
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

function record(name: string): string {
  return join(networks.plugins.cacheDir, 'results', name);
}

async function records(): Promise<string[]> {
  return (await readdir(record('')).catch(() => [])).sort();
}

async function verbs(): Promise<string[]> {
  const calls = await networks.plugins.calls();
  return calls.map(({ verb, plugin, env }) => `${verb} ${plugin} ${env.CNI_CONTAINERID}`.trim());
}

/** What the plugin of a type was told to leave alone, as `<container> <interface>`. */
async function leftAlone(type: string): Promise<string[] | undefined> {
  const call = (await networks.plugins.calls()).findLast(
    ({ verb, plugin }) => verb === 'GC' && plugin === type,
  );
  if (call === undefined) return undefined;
  const attachments: { containerID: string; ifname: string }[] = JSON.parse(call.stdin)[
    'cni.dev/attachments'
  ];
  return attachments.map(({ containerID, ifname }) => `${containerID} ${ifname}`).sort();
}

async function disableGc(disableGC: boolean): Promise<void> {
  await networks.configure('a', { type: 'one' }, { cniVersion: '1.1.0', disableGC });
  await operator.reload();
}

describe('plugins get as valid', () => {
  it('every interface that the caller names, recorded or not', async () => {
    await operator.gc({
      valid: [
        { id: 'c1', ifNames: ['eth0'] },
        { id: 'c1', ifNames: ['eth1'] },
      ],
    });
    expect([await leftAlone('one'), await leftAlone('two')]).toEqual([
      ['c1 eth0', 'c1 eth1'],
      ['c1 eth0', 'c1 eth1'],
    ]);
  });

  it('an attachment whose record cannot be read', async () => {
    await operator.attach(request);
    await writeFile(record('a-c1-eth0'), '');
    await operator.gc({ valid: [{ id: 'c1' }] });
    expect(await leftAlone('one')).toEqual(['c1 eth0']);
    expect(await records()).toEqual(['a-c1-eth0']);
  });

  it('an attachment that could not be taken down, which is not tried twice', async () => {
    await operator.attach(request);
    await networks.plugins.add('one', { DEL: { exitCode: 1 } });
    await expect(operator.gc({ valid: [] })).rejects.toMatchObject({ errors: [{ plugin: 'one' }] });
    expect(await leftAlone('one')).toEqual(['c1 eth0']);
    expect((await verbs()).filter((call) => call.startsWith('DEL'))).toEqual(['DEL one c1']);
  });

  it('nothing at all where the interfaces of a container are not known', async () => {
    await operator.attach(request);
    const { warnings } = await operator.gc({ valid: [{ id: 'c1' }, { id: 'c2' }] });
    expect(await verbs()).toEqual(['ADD one c1']);
    expect(warnings).toEqual([
      expect.stringMatching(/network a .*container c2,/),
      expect.stringMatching(/network b .*container c2,/),
    ]);
  });

  it('nothing at all where the only sign of a container may be of another', async () => {
    await operator.attach({ ...request, id: 'web-1' });
    await writeFile(record('a-web-1-eth0'), '');
    const { warnings } = await operator.gc({ valid: [{ id: 'web' }] });
    expect(warnings).toHaveLength(2);
    expect(await leftAlone('one')).toBeUndefined();
  });

  it('a container without a network by an empty list, and then they are asked', async () => {
    await operator.attach(request);
    const { warnings } = await operator.gc({ valid: [{ id: 'c1' }, { id: 'host', ifNames: [] }] });
    expect(warnings).toEqual([]);
    expect(await leftAlone('one')).toEqual(['c1 eth0']);
  });
});

describe('a network that says `disableGC`', () => {
  beforeEach(async () => {
    await operator.attach(request);
  });

  it('is not touched', async () => {
    await disableGc(true);
    expect((await operator.gc({ valid: [], dryRun: true })).stale).toEqual([]);
    expect((await operator.gc({ valid: [] })).stale).toEqual([]);
    expect(await verbs()).toEqual(['ADD one c1', 'GC two']);
    expect(await records()).toEqual(['a-c1-eth0']);
  });

  it('is not touched where only the record says so, since the file is gone', async () => {
    await operator.detach({ id: 'c1' });
    await disableGc(true);
    await operator.attach(request);
    await rm(join(networks.confDir, 'a.conflist'));
    await operator.reload();
    await operator.gc({ valid: [] });
    expect(await records()).toEqual(['a-c1-eth0']);
  });

  it('is collected again once it does not say so any more', async () => {
    await operator.detach({ id: 'c1' });
    await disableGc(true);
    await operator.attach(request);
    await disableGc(false);
    await operator.gc({ valid: [] });
    expect(await records()).toEqual([]);
  });
});

describe('what an interrupted ADD left', () => {
  const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };
  let journal: Journal;

  beforeEach(async () => {
    journal = new Journal(join(networks.plugins.cacheDir, 'libcni'));
    await journal.begin({ ...key, netns: '', config: configOf('a', 'one') });
  });

  function configOf(name: string, type: string): string {
    return JSON.stringify({ cniVersion: '1.1.0', name, plugins: [{ type }] });
  }

  async function begun(): Promise<string[]> {
    return (await journal.list()).flatMap(({ key }) => key?.containerId ?? []);
  }

  it('is taken down where the container is gone', async () => {
    expect(await operator.gc({ valid: [] })).toMatchObject({ stale: [], cutShort: [key] });
    expect(await verbs()).toEqual(['DEL one c1', 'GC one', 'GC two']);
    expect(await begun()).toEqual([]);
  });

  it('is only told in a dry run', async () => {
    expect(await operator.gc({ valid: [], dryRun: true })).toMatchObject({ cutShort: [key] });
    expect([await verbs(), await begun()]).toEqual([[], ['c1']]);
  });

  it('is left to recovery where the container is valid', async () => {
    expect(await operator.gc({ valid: [{ id: 'c1', ifNames: ['eth0'] }] })).toMatchObject({ cutShort: [] });
    expect(await begun()).toEqual(['c1']);
    expect((await operator.recover()).undone).toEqual([key]);
  });

  it('is left alone where its network is not configured and nobody here made it, unless that is asked for', async () => {
    await journal.begin({
      ...key,
      network: 'other',
      containerId: 'c2',
      netns: '',
      config: configOf('other', 'one'),
    });
    expect((await operator.gc({ valid: [] })).cutShort).toEqual([key]);
    expect(await begun()).toEqual(['c2']);
    const other = { ...key, network: 'other', containerId: 'c2' };
    expect((await operator.gc({ valid: [], unknownNetworks: true })).cutShort).toEqual([other]);
    expect(await begun()).toEqual([]);
  });

  it('stays in the journal where it cannot be taken down, and the error says so', async () => {
    await networks.plugins.add('one', { DEL: { exitCode: 1 } });
    await expect(operator.gc({ valid: [] })).rejects.toMatchObject({
      errors: [{ verb: 'DEL', containerId: 'c1' }],
    });
    expect(await begun()).toEqual(['c1']);
  });
});

it('a record without a usable configuration is set aside, and the others are taken down', async () => {
  await operator.attach(request);
  const unusable = { kind: 'cniCacheV1', containerId: 'c0', ifName: 'eth0', networkName: 'gone', config: '' };
  await writeFile(record('gone-c0-eth0'), JSON.stringify(unusable));
  const warnings: LibcniWarning[] = [];
  operator.on('warning', (warning) => warnings.push(warning));
  await operator.gc({ valid: [], unknownNetworks: true });
  expect(await records()).toEqual([]);
  const left = { code: 'CACHE_ENTRY_SET_ASIDE', network: 'gone', containerId: 'c0' };
  expect(warnings.filter(({ code }) => code !== 'NETNS_GONE')).toMatchObject([left]);
  const aside = await readdir(join(networks.plugins.cacheDir, 'unreadable'));
  expect(aside).toEqual([expect.stringContaining('gone-c0-eth0')]);
});

describe('a collection that is aborted', () => {
  async function abortOnce(call: string): Promise<AbortSignal> {
    const controller = new AbortController();
    const watch = async () => {
      await until(async () => (await verbs()).includes(call));
      controller.abort(new Error('enough'));
    };
    watching = watch();
    return controller.signal;
  }

  let watching: Promise<void> | undefined;

  afterEach(async () => {
    await watching;
  });

  it('still tells what had failed before', async () => {
    const ids = ['c1', 'c2', 'c3', 'c4', 'c5'];
    for (const id of ids) await operator.attach({ ...request, id });
    const shell = '[ $CNI_CONTAINERID = c1 ] && exit 7; sleep 5';
    await networks.plugins.add('one', { DEL: { shell } });
    // Four are taken down at a time, so the fifth follows on the one that has failed.
    const collecting = operator.gc({ valid: [] }, { signal: await abortOnce('DEL one c5') });
    await expect(collecting).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      errors: [
        { name: 'PluginError', exitCode: 7, containerId: 'c1' },
        { name: 'LibcniError', code: 'ERR_ABORTED', verb: 'DEL', cause: { message: 'enough' } },
      ],
    });
    expect(await records()).toEqual(ids.map((id) => `a-${id}-eth0`));
    expect((await verbs()).filter((call) => call.startsWith('GC'))).toEqual([]);
  });

  it('still tells which plugins of a network had failed before', async () => {
    const plugins = [{ type: 'one' }, { type: 'two' }];
    await networks.configure('a', plugins[0] ?? {}, { cniVersion: '1.1.0', plugins });
    await operator.reload();
    await networks.plugins.add('one', { GC: { exitCode: 7 } });
    await networks.plugins.add('two', { GC: { shell: 'sleep 5' } });
    const collecting = operator.gc({ valid: [] }, { signal: await abortOnce('GC two') });
    await expect(collecting).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      errors: [
        { name: 'PluginError', exitCode: 7, plugin: 'one' },
        { name: 'LibcniError', code: 'ERR_ABORTED', verb: 'GC', network: 'a' },
      ],
    });
    expect(await verbs()).toEqual(['GC one', 'GC two']);
  });
});

it.each([[{ id: '../c1' }], [{ id: 'c1', ifNames: ['a/b'] }]])(
  'the name that is none in %j is told at the end, and keeps nothing else',
  async (valid) => {
    await operator.attach(request);
    await expect(operator.gc({ valid: [valid] })).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      code: 'ERR_CONF_INVALID',
    });
    expect(await records()).toEqual([]);
  },
);

it('does not take `lo` for all interfaces that a container has', async () => {
  await networks.plugins.add('loopback', { ADD: { stdout: resultText('127.0.0.1/8', '0.3.1') } });
  const byPlugin = await networks.operator({ loopback: 'plugin' });
  await byPlugin.attach(request);
  await rm(record('a-c1-eth0'));
  expect((await byPlugin.gc({ valid: [{ id: 'c1' }] })).warnings).toHaveLength(2);
  expect(await leftAlone('one')).toBeUndefined();
});

it('tells a configured network of that name that every container has `lo`', async () => {
  await networks.plugins.add('loopback', { ADD: { stdout: resultText('127.0.0.1/8', '0.3.1') } });
  await networks.add('cni-loopback', { type: 'three' }, { cniVersion: '1.1.0' });
  const byPlugin = await networks.operator({ loopback: 'plugin' });
  await byPlugin.attach(request);
  await byPlugin.gc({ valid: [{ id: 'c1' }] });
  expect(await leftAlone('three')).toEqual(['c1 eth0', 'c1 lo']);
  expect(await leftAlone('one')).toEqual(['c1 eth0']);
});

it('keeps `lo` where only other interfaces of the container are named', async () => {
  await networks.plugins.add('loopback', { ADD: { stdout: resultText('127.0.0.1/8', '0.3.1') } });
  const byPlugin = await networks.operator({ loopback: 'plugin' });
  await byPlugin.attach(request);
  expect((await byPlugin.gc({ valid: [{ id: 'c1', ifNames: ['eth0'] }] })).stale).toEqual([]);
  expect((await byPlugin.gc({ valid: [] })).stale).toHaveLength(2);
  expect(await records()).toEqual([]);
});
