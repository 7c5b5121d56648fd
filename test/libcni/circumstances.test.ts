import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { LibcniAggregateError, networkPluginConfFromBytes, type RuntimeConf } from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

beforeEach(async () => {
  await plugins.folder.add('one');
});

const list = listOfTypes(['one']);
const strange = listOfTypes(['one'], { cniVersion: 'abc' });
const where = { network: 'net', containerId: 'c1', ifName: 'eth0' };

async function failureOf(call: Promise<unknown>): Promise<Error> {
  return await call.then(
    () => expect.unreachable('the call succeeded'),
    (error: Error) => error,
  );
}

type Case = [string, () => Promise<unknown>, object];

const cases: Case[] = [
  [
    'a bad container id',
    () => plugins.cni.addNetworkList(list, { ...rt, containerId: '../x' }),
    { code: 'ERR_CONF_INVALID', verb: 'ADD', ...where, containerId: '../x' },
  ],
  [
    'a bad interface name',
    () => plugins.cni.delNetworkList(list, { ...rt, ifName: 'a/b' }),
    { code: 'ERR_CONF_INVALID', verb: 'DEL', ...where, ifName: 'a/b' },
  ],
  [
    'a version that is none, on ADD',
    () => plugins.cni.addNetworkList(strange, rt),
    { code: 'ERR_VERSION', verb: 'ADD', ...where },
  ],
  [
    'a version that is none, on DEL',
    () => plugins.cni.delNetworkList(strange, rt),
    { code: 'ERR_VERSION', verb: 'DEL', ...where },
  ],
  [
    'a version that is none, on CHECK',
    () => plugins.cni.checkNetworkList(strange, rt),
    { code: 'ERR_VERSION', verb: 'CHECK', ...where },
  ],
  [
    'a version that is none, on STATUS',
    () => plugins.cni.getStatusNetworkList(strange),
    { code: 'ERR_VERSION', verb: 'STATUS', network: 'net' },
  ],
  [
    'a time that is none, on ADD',
    () => plugins.cni.addNetworkList(list, rt, { timeoutMs: -1 }),
    { code: 'ERR_CONF_INVALID', verb: 'ADD', ...where },
  ],
  [
    'a time that is none, on GC',
    () => plugins.cni.gcNetworkList(list, { validAttachments: [] }, { timeoutMs: -1 }),
    { code: 'ERR_CONF_INVALID', verb: 'GC', network: 'net' },
  ],
  [
    'an aborted DEL',
    () => plugins.cni.delNetworkList(list, rt, { signal: AbortSignal.abort() }),
    { code: 'ERR_ABORTED', verb: 'DEL', ...where },
  ],
  [
    'the plan of a missing plugin',
    () => plugins.cni.plan('DEL', listOfTypes(['gone']), rt),
    { code: 'ERR_PLUGIN_NOT_FOUND', verb: 'DEL', plugin: 'gone', ...where },
  ],
  [
    'a single plugin',
    () => plugins.cni.delNetwork(networkPluginConfFromBytes('{"type":"one","name":"../x"}'), rt),
    { code: 'ERR_CONF_INVALID', verb: 'DEL', plugin: 'one', ...where, network: '../x' },
  ],
  [
    'version information of a missing plugin',
    () => plugins.cni.getVersionInfo('gone'),
    { code: 'ERR_PLUGIN_NOT_FOUND', verb: 'VERSION', plugin: 'gone' },
  ],
];

describe('every failure names its circumstances, in fields and message', () => {
  it.each(cases)('%s', async (_, call, expected) => {
    const error = await failureOf(call());
    expect(error).toMatchObject(expected);
    for (const part of Object.entries(expected)) {
      if (part[0] !== 'code') expect(error.message).toContain(part[1]);
    }
  });

  it('an unreadable cache entry on CHECK', async () => {
    await mkdir(join(plugins.folder.cacheDir, 'results'), { recursive: true });
    await writeFile(join(plugins.folder.cacheDir, 'results', 'net-c1-eth0'), '{');
    const error = await failureOf(plugins.cni.checkNetworkList(list, rt));
    expect(error).toMatchObject({ code: 'ERR_CACHE', verb: 'CHECK', ...where });
    const cached = await failureOf(plugins.cni.getNetworkListCachedResult(list, rt));
    expect(cached).toMatchObject({ code: 'ERR_CACHE', ...where });
  });

  it('each of the errors of an invalid network', async () => {
    const error = await failureOf(plugins.cni.validateNetworkList(listOfTypes(['gone', 'gone-too'])));
    expect(error).toBeInstanceOf(LibcniAggregateError);
    expect(error).toMatchObject({
      code: 'ERR_PLUGIN_NOT_FOUND',
      errors: [
        { verb: 'VERSION', network: 'net', plugin: 'gone' },
        { verb: 'VERSION', network: 'net', plugin: 'gone-too' },
      ],
    });
  });

  it('a name that would break the line of a message is quoted', async () => {
    const error = await failureOf(plugins.cni.addNetworkList(list, { ...rt, containerId: 'a\nb' }));
    expect(error.message).not.toContain('\n');
    expect(error.message).toContain('container "a\\nb"');
  });
});

describe('an argument that is missing is refused as such', () => {
  const nothing = undefined as never;
  const invalid = expect.objectContaining({ name: 'LibcniError', code: 'ERR_CONF_INVALID' });

  it.each<[string, (absent: RuntimeConf & never) => Promise<unknown>]>([
    ['ADD', (absent) => plugins.cni.addNetworkList(list, absent)],
    ['CHECK', (absent) => plugins.cni.checkNetworkList(list, absent)],
    ['DEL', (absent) => plugins.cni.delNetworkList(list, absent)],
    ['ADD of one plugin', (absent) => plugins.cni.addNetwork(absent, rt)],
    ['the list of ADD', (absent) => plugins.cni.addNetworkList(absent, rt)],
    ['the list of GC', (absent) => plugins.cni.gcNetworkList(absent, { validAttachments: [] })],
    ['the list of STATUS', (absent) => plugins.cni.getStatusNetworkList(absent)],
    ['the list of a plan', (absent) => plugins.cni.plan('ADD', absent, rt)],
    ['the cached result', (absent) => plugins.cni.getNetworkListCachedResult(absent, rt)],
    ['the cached configuration', (absent) => plugins.cni.getNetworkListCachedConfig(list, absent)],
  ])('%s', async (_, call) => {
    await expect(call(nothing)).rejects.toThrow(invalid);
    await expect(call(null as never)).rejects.toThrow(invalid);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('with what is known of the call', async () => {
    const error = await failureOf(plugins.cni.addNetworkList(list, nothing));
    expect(error).toMatchObject({ verb: 'ADD', network: 'net' });
    expect(error.message).toContain('runtime configuration');
  });
});
