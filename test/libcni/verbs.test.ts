import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CNIConfig,
  createResult,
  LibcniAggregateError,
  type LibcniWarning,
  networkConfFromBytes,
  networkPluginConfFromBytes,
  type PluginError,
  type PluginTrace,
} from '../../src/index.js';
import { listOfTypes, PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';

let folder: PluginFolder;
let cni: CNIConfig;

beforeEach(async () => {
  folder = await PluginFolder.create();
  cni = folder.cni();
});

afterEach(async () => {
  await cni[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const first = resultText('10.1.0.2/24');
const second = resultText('10.1.0.3/24');

async function addChain(): Promise<void> {
  await folder.add('one', { ADD: { stdout: first } });
  await folder.add('two', { ADD: { stdout: second } });
}

describe('ADD', () => {
  it('hands each plugin the result of the one before it', async () => {
    await addChain();
    expect(await cni.addNetworkList(listOfTypes(['one', 'two']), rt)).toEqual(JSON.parse(second));
    const [one, two] = (await folder.calls()).map(({ stdin }) => JSON.parse(stdin));
    expect(one).toEqual({ cniVersion: '1.0.0', name: 'net', type: 'one' });
    expect(two).toEqual({ cniVersion: '1.0.0', name: 'net', type: 'two', prevResult: JSON.parse(first) });
  });

  it('gives each plugin the arguments of the capabilities it declares, and reports the others', async () => {
    await addChain();
    const list = networkConfFromBytes(
      JSON.stringify({
        name: 'net',
        cniVersion: '1.0.0',
        plugins: [
          { type: 'one', capabilities: { ips: true, mac: false } },
          { type: 'two', capabilities: { ips: true, bandwidth: true, toString: true } },
        ],
      }),
    );
    const warnings: LibcniWarning[] = [];
    cni.on('warning', (warning) => warnings.push(warning));
    const capabilityArgs = {
      ips: ['10.0.0.9/8'],
      bandwidth: { ingressRate: 1 },
      mac: '00:00:00:00:00:01',
      aliases: ['a'],
    };
    await cni.addNetworkList(list, { ...rt, capabilityArgs });
    const [one, two] = (await folder.calls()).map(({ stdin }) => JSON.parse(stdin).runtimeConfig);
    expect(one).toEqual({ ips: capabilityArgs.ips });
    expect(two).toEqual({ ips: capabilityArgs.ips, bandwidth: capabilityArgs.bandwidth });
    expect(warnings).toMatchObject([
      { code: 'UNUSED_CAPABILITY_ARGS', capabilities: ['mac', 'aliases'], containerId: 'c1' },
    ]);
  });

  it('takes a result without a version to be of the version of its configuration', async () => {
    await folder.add('one', { ADD: { stdout: '{"ips":[{"version":"4","address":"10.0.0.2/8"}]}' } });
    const list = listOfTypes(['one'], { cniVersion: '0.3.1' });
    expect(await cni.addNetworkList(list, rt)).toMatchObject({ cniVersion: '0.3.1' });
  });

  it('takes null for an empty result', async () => {
    await folder.add('one', { ADD: { stdout: 'null' } });
    expect(await cni.addNetworkList(listOfTypes(['one']), rt)).toEqual({ cniVersion: '1.0.0' });
  });

  it('works for a single plugin', async () => {
    await folder.add('one', { ADD: { stdout: first } });
    const plugin = networkPluginConfFromBytes('{"type":"one","name":"single","cniVersion":"1.0.0"}');
    await cni.addNetwork(plugin, rt);
    expect(await cni.getNetworkCachedResult(plugin, rt)).toEqual(JSON.parse(first));
    expect((await cni.getNetworkCachedConfig(plugin, rt))?.config).toBe(plugin.bytes);
    await cni.checkNetwork(plugin, rt);
    await cni.delNetwork(plugin, rt);
    expect(await folder.order()).toEqual(['ADD one', 'CHECK one', 'DEL one']);
    expect(await cni.getNetworkCachedResult(plugin, rt)).toBeUndefined();
  });

  it('of a network without plugins is refused', async () => {
    const list = networkConfFromBytes('{"name":"net","cniVersion":"1.0.0"}');
    await expect(cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });

  it.each([
    [{ ...rt, containerId: '../../etc/x' }, 'net'],
    [{ ...rt, ifName: '../x' }, 'net'],
    [{ ...rt, ifName: 'a'.repeat(16) }, 'net'],
    [rt, '../net'],
    [rt, ''],
    [{ ...rt, containerId: 'c'.repeat(250) }, 'net'],
  ])('like every verb, refuses names that must not reach the file system: %j', async (bad, name) => {
    await addChain();
    const list = { ...listOfTypes(['one']), name };
    const invalid = expect.objectContaining({ code: 'ERR_CONF_INVALID' });
    await expect(cni.addNetworkList(list, bad)).rejects.toThrow(invalid);
    await expect(cni.delNetworkList(list, bad)).rejects.toThrow(invalid);
    await expect(cni.getNetworkListCachedResult(list, bad)).rejects.toThrow(invalid);
    await expect(cni.getNetworkListCachedConfig(list, bad)).rejects.toThrow(invalid);
    expect(await folder.calls()).toEqual([]);
  });

  it('that is aborted before it starts runs nothing', async () => {
    await addChain();
    const signal = AbortSignal.abort(new Error('early'));
    await expect(cni.addNetworkList(listOfTypes(['one']), rt, { signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await folder.calls()).toEqual([]);
  });

  it('that is aborted between two plugins does not start the second', async () => {
    await addChain();
    const controller = new AbortController();
    const abort = (message: unknown) => {
      if ((message as PluginTrace).plugin === 'one') controller.abort();
    };
    subscribe('tracing:libcni:plugin:asyncEnd', abort);
    const adding = cni.addNetworkList(listOfTypes(['one', 'two']), rt, { signal: controller.signal });
    await expect(adding).rejects.toMatchObject({ code: 'ERR_ABORTED', plugin: 'two' });
    unsubscribe('tracing:libcni:plugin:asyncEnd', abort);
    expect(await folder.order()).toEqual(['ADD one', 'DEL two', 'DEL one']);
  });

  it('counts the time of all plugins together', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 0.3', stdout: first } });
    await folder.add('two', { ADD: { shell: 'sleep 60', stdout: first } });
    const adding = cni.addNetworkList(listOfTypes(['one', 'two']), rt, { timeoutMs: 700 });
    await expect(adding).rejects.toMatchObject({ code: 'ERR_TIMEOUT', plugin: 'two' });
  });

  it('refuses a time that is none', async () => {
    const timeoutMs = Number.NaN;
    await expect(cni.addNetworkList(listOfTypes(['one']), rt, { timeoutMs })).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
    });
  });
});

describe('the rollback of a failed ADD', () => {
  const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

  it('runs DEL for the whole list in reverse, with the last result', async () => {
    await addChain();
    await folder.add('bad', { ADD: failure });
    await folder.add('last');
    const adding = cni.addNetworkList(listOfTypes(['one', 'two', 'bad', 'last']), rt);
    await expect(adding).rejects.toMatchObject({ code: 100, plugin: 'bad', rollbackErrors: [] });
    expect((await folder.order()).slice(3)).toEqual(['DEL last', 'DEL bad', 'DEL two', 'DEL one']);
    const dels = (await folder.calls()).filter(({ verb }) => verb === 'DEL');
    for (const { stdin } of dels) expect(JSON.parse(stdin).prevResult).toEqual(JSON.parse(second));
    expect(await cni.getCachedAttachments()).toEqual([]);
  });

  it('goes on over failures and reports them beside the first error', async () => {
    await folder.add('one', {
      ADD: { stdout: first },
      DEL: { stdout: '{"code":101,"msg":"stuck"}', exitCode: 1 },
    });
    await folder.add('bad', { ADD: failure, DEL: { exitCode: 9 } });
    const error: PluginError = await cni.addNetworkList(listOfTypes(['one', 'bad']), rt).catch((e) => e);
    expect(error).toMatchObject({ code: 100, plugin: 'bad', verb: 'ADD' });
    expect(error.rollbackErrors).toMatchObject([
      { verb: 'DEL', plugin: 'bad', exitCode: 9 },
      { verb: 'DEL', plugin: 'one', code: 101 },
    ]);
    expect(error.message).toContain('stuck');
  });

  it('has a time of its own when the ADD has used up its time', async () => {
    await folder.add('slow', { ADD: { shell: 'sleep 60' }, DEL: { shell: 'sleep 0.3' } });
    await expect(cni.addNetworkList(listOfTypes(['slow']), rt, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      rollbackErrors: [],
    });
    expect(await folder.order()).toEqual(['ADD slow', 'DEL slow']);
  });

  it('is bounded', async () => {
    await folder.add('bad', { ADD: failure, DEL: { shell: 'sleep 60' } });
    const adding = cni.addNetworkList(listOfTypes(['bad']), rt, { rollback: { timeoutMs: 200 } });
    await expect(adding).rejects.toMatchObject({
      code: 100,
      rollbackErrors: [{ code: 'ERR_TIMEOUT', verb: 'DEL' }],
    });
  });

  it('follows when the result cannot be recorded', async () => {
    await folder.add('one', { ADD: { stdout: first } });
    await writeFile(folder.cacheDir, 'a file where the folder should be');
    const adding = cni.addNetworkList(listOfTypes(['one']), rt);
    await expect(adding).rejects.toMatchObject({ code: 'ERR_CACHE', containerId: 'c1', network: 'net' });
    expect(await folder.order()).toEqual(['ADD one', 'DEL one']);
  });

  it('does not complain of plugins that were not there in the first place', async () => {
    await folder.add('one', { ADD: { stdout: first } });
    const adding = cni.addNetworkList(listOfTypes(['one', 'missing', 'missing-too']), rt);
    await expect(adding).rejects.toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', rollbackErrors: [] });
    expect(await folder.order()).toEqual(['ADD one', 'DEL one']);
  });

  it('does not run when nothing was started', async () => {
    await folder.add('two');
    await expect(cni.addNetworkList(listOfTypes(['missing', 'two']), rt)).rejects.toMatchObject({
      verb: 'ADD',
    });
    expect(await folder.calls()).toEqual([]);
  });

  it('does not run when the caller does not want it', async () => {
    await folder.add('bad', { ADD: failure });
    await expect(cni.addNetworkList(listOfTypes(['bad']), rt, { rollback: false })).rejects.toThrow('no');
    expect(await folder.order()).toEqual(['ADD bad']);
  });

  it('leaves an attachment alone that was there before', async () => {
    await folder.add('one', { ADD: { stdout: first } });
    await cni.addNetworkList(listOfTypes(['one']), rt);
    await folder.add('one', { ADD: failure });
    const warnings: LibcniWarning[] = [];
    cni.on('warning', (warning) => warnings.push(warning));
    await expect(cni.addNetworkList(listOfTypes(['one']), rt)).rejects.toThrow('no');
    expect(await folder.order()).toEqual(['ADD one', 'ADD one']);
    expect(warnings).toMatchObject([
      { code: 'ROLLBACK_SKIPPED', network: 'net', containerId: 'c1', ifName: 'eth0' },
    ]);
    expect(await cni.getCachedAttachments()).toHaveLength(1);
  });
});

describe('CHECK', () => {
  it('gives every plugin, in order, the result of ADD', async () => {
    await addChain();
    const list = listOfTypes(['one', 'two']);
    await cni.addNetworkList(list, rt);
    await cni.checkNetworkList(list, rt);
    const checks = (await folder.calls()).slice(2);
    expect(checks.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['CHECK one', 'CHECK two']);
    for (const { stdin } of checks) expect(JSON.parse(stdin).prevResult).toEqual(JSON.parse(second));
  });

  it('gives the result in the version of the list', async () => {
    await folder.add('one', { ADD: { stdout: first } });
    await cni.addNetworkList(listOfTypes(['one']), rt);
    await cni.checkNetworkList(listOfTypes(['one'], { cniVersion: '0.4.0' }), rt);
    const [, check] = await folder.calls();
    expect(JSON.parse(check?.stdin ?? '').prevResult).toMatchObject({
      cniVersion: '0.4.0',
      ips: [{ version: '4' }],
    });
  });

  it.each(['', '0.1.0', '0.3.1'])('is not part of version "%s"', async (cniVersion) => {
    const list = listOfTypes(['one'], { cniVersion });
    await expect(cni.checkNetworkList(list, rt)).rejects.toMatchObject({
      code: 'ERR_CHECK_UNSUPPORTED',
      verb: 'CHECK',
    });
  });

  it('is left out by disableCheck, given as boolean or text', async () => {
    await folder.add('one', { CHECK: { exitCode: 1 } });
    for (const disableCheck of [true, 'true'])
      await cni.checkNetworkList(listOfTypes(['one'], { disableCheck }), rt);
    expect(await folder.calls()).toEqual([]);
  });

  it('stops at the first plugin that finds a fault', async () => {
    await folder.add('one', { CHECK: { stdout: '{"code":11,"msg":"later"}', exitCode: 1 } });
    await folder.add('two');
    await expect(cni.checkNetworkList(listOfTypes(['one', 'two']), rt)).rejects.toMatchObject({
      code: 11,
      verb: 'CHECK',
      plugin: 'one',
    });
    expect(await folder.order()).toEqual(['CHECK one']);
  });
});

describe('DEL', () => {
  it('runs the plugins in reverse with the result of ADD, and forgets the attachment', async () => {
    await addChain();
    const list = listOfTypes(['one', 'two']);
    await cni.addNetworkList(list, rt);
    await cni.delNetworkList(list, { ...rt, netns: '' });
    const dels = (await folder.calls()).slice(2);
    expect(dels.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['DEL two', 'DEL one']);
    for (const { stdin, env } of dels) {
      expect(JSON.parse(stdin).prevResult).toEqual(JSON.parse(second));
      expect(env.CNI_NETNS).toBe('');
    }
    expect(await cni.getNetworkListCachedResult(list, rt)).toBeUndefined();
  });

  it('can be repeated', async () => {
    await addChain();
    const list = listOfTypes(['one']);
    await cni.delNetworkList(list, rt);
    await cni.delNetworkList(list, rt);
    expect(JSON.parse((await folder.calls())[1]?.stdin ?? '').prevResult).toBeUndefined();
  });

  it('gives no result to plugins of versions before 0.4.0', async () => {
    await folder.add('one', { ADD: { stdout: '{"cniVersion":"0.3.1"}' } });
    const list = listOfTypes(['one'], { cniVersion: '0.3.1' });
    await cni.addNetworkList(list, rt);
    await cni.delNetworkList(list, rt);
    expect(JSON.parse((await folder.calls())[1]?.stdin ?? '').prevResult).toBeUndefined();
    expect(await cni.getCachedAttachments()).toEqual([]);
  });

  it('stops at the first failure and keeps the record, so that it can be repeated', async () => {
    await addChain();
    const list = listOfTypes(['one', 'two']);
    await cni.addNetworkList(list, rt);
    await folder.add('two', { DEL: { exitCode: 1 } });
    await expect(cni.delNetworkList(list, rt)).rejects.toMatchObject({ verb: 'DEL', plugin: 'two' });
    expect(await folder.order()).toEqual(['ADD one', 'ADD two', 'DEL two']);
    expect(await cni.getCachedAttachments('c1')).toHaveLength(1);
  });

  it('of a version that is none is refused', async () => {
    await expect(cni.delNetworkList(listOfTypes(['one'], { cniVersion: 'x' }), rt)).rejects.toMatchObject({
      code: 'ERR_VERSION',
    });
  });
});

describe('VALIDATE', () => {
  const versions = { VERSION: { stdout: '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}' } };

  it('yields the capabilities, sorted and once each', async () => {
    await folder.add('one', versions);
    await folder.add('two', versions);
    const plugins = [
      { type: 'two', capabilities: { portMappings: true, ips: true } },
      { type: 'one', capabilities: { ips: true, aliases: true, mac: false } },
    ];
    expect(await cni.validateNetworkList(listOfTypes([], { plugins }))).toEqual([
      'aliases',
      'ips',
      'portMappings',
    ]);
    const plugin = networkPluginConfFromBytes(
      '{"name":"n","cniVersion":"0.4.0","type":"one","capabilities":{"b":true,"a":true}}',
    );
    expect(await cni.validateNetwork(plugin)).toEqual(['a', 'b']);
  });

  it('names every plugin at fault', async () => {
    await folder.add('one', versions);
    const list = listOfTypes(['one', 'missing'], { cniVersion: '1.1.0' });
    const error: LibcniAggregateError = await cni.validateNetworkList(list).catch((e) => e);
    expect(error).toBeInstanceOf(LibcniAggregateError);
    expect(error.errors).toMatchObject([
      { code: 'ERR_VERSION', plugin: 'one' },
      { code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'missing' },
    ]);
    expect(error.message).toContain('one');
    expect(error.message).toContain('missing');
  });

  it('asks VERSION with the values that old plugins insist on', async () => {
    await folder.add('one', versions);
    expect(await cni.getVersionInfo('one')).toEqual({
      cniVersion: '1.0.0',
      supportedVersions: ['0.4.0', '1.0.0'],
    });
    const [call] = await folder.calls();
    expect(call?.env).toMatchObject({
      CNI_NETNS: 'dummy',
      CNI_IFNAME: 'dummy',
      CNI_PATH: 'dummy',
      CNI_CONTAINERID: '',
      CNI_ARGS: '',
    });
    expect(JSON.parse(call?.stdin ?? '')).toEqual({ cniVersion: '1.1.0' });
  });

  it.each([
    [{ stdout: '{"code":4,"msg":"unknown CNI_COMMAND: VERSION"}', exitCode: 1 }, ['0.1.0']],
    [{ stdout: '{"cniVersion":"0.2.0"}' }, ['0.1.0', '0.2.0']],
  ])('knows plugins from before VERSION: %j', async (answer, supportedVersions) => {
    await folder.add('old', { VERSION: answer });
    expect((await cni.getVersionInfo('old')).supportedVersions).toEqual(supportedVersions);
  });

  it.each(['', '{', '[]', '{"supportedVersions":["1.0.0"]}', '{"cniVersion":"1.0.0"}', '{"cniVersion":1}'])(
    'refuses the version information %j',
    async (stdout) => {
      await folder.add('odd', { VERSION: { stdout } });
      await expect(cni.getVersionInfo('odd')).rejects.toMatchObject({
        name: 'PluginError',
        verb: 'VERSION',
        plugin: 'odd',
        code: 6,
      });
    },
  );
});

describe('STATUS', () => {
  it('is asked of every plugin since 1.1.0, without an attachment', async () => {
    await folder.add('one');
    await folder.add('two');
    await cni.getStatusNetworkList(listOfTypes(['one', 'two'], { cniVersion: '1.1.0' }));
    const calls = await folder.calls();
    expect(calls.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['STATUS one', 'STATUS two']);
    expect(calls[0]?.env).toMatchObject({ CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_ARGS: '' });
  });

  it('is silent before 1.1.0', async () => {
    await cni.getStatusNetworkList(listOfTypes(['missing']));
  });

  it('passes the code of the first plugin that is not ready on', async () => {
    await folder.add('one', { STATUS: { stdout: '{"code":50,"msg":"not available"}', exitCode: 1 } });
    const asking = cni.getStatusNetworkList(listOfTypes(['one', 'missing'], { cniVersion: '1.1.0' }));
    await expect(asking).rejects.toMatchObject({
      name: 'PluginError',
      code: 50,
      verb: 'STATUS',
      network: 'net',
    });
  });
});

describe('GC', () => {
  const list = listOfTypes(['one'], { cniVersion: '1.1.0' });

  async function attach(...ids: string[]): Promise<void> {
    await folder.add('one', { ADD: { stdout: first } });
    for (const containerId of ids) {
      await cni.addNetworkList(list, { ...rt, containerId, args: [['K', containerId]] });
    }
  }

  it('takes down what is not valid, with its own arguments, and tells the plugins what is', async () => {
    await attach('a', 'b', 'c');
    const { stale } = await cni.gcNetworkList(list, {
      validAttachments: [{ containerId: 'b', ifName: 'eth0' }],
    });
    expect(stale.map(({ containerId }) => containerId)).toEqual(['a', 'c']);
    const calls = (await folder.calls()).slice(3);
    expect(calls.map(({ verb, env }) => `${verb} ${env.CNI_CONTAINERID} ${env.CNI_ARGS}`)).toEqual([
      'DEL a K=a',
      'DEL c K=c',
      'GC  ',
    ]);
    const valid = [{ containerID: 'b', ifname: 'eth0' }];
    expect(JSON.parse(calls[2]?.stdin ?? '')).toMatchObject({
      'cni.dev/valid-attachments': valid,
      'cni.dev/attachments': valid,
    });
    expect((await cni.getCachedAttachments()).map(({ containerId }) => containerId)).toEqual(['b']);
  });

  it('leaves other networks alone', async () => {
    await attach('a');
    await cni.gcNetworkList({ ...list, name: 'other' }, { validAttachments: [] });
    expect(await cni.getCachedAttachments()).toHaveLength(1);
  });

  it('only says what it would do in a dry run', async () => {
    await attach('a');
    const { stale } = await cni.gcNetworkList(list, { validAttachments: [] }, { dryRun: true });
    expect(stale).toHaveLength(1);
    expect(await folder.order()).toEqual(['ADD one']);
  });

  it.each([undefined, {}, { validAttachments: undefined }, { validAttachments: 'all' }])(
    'refuses %j for the valid attachments',
    async (args) => {
      await attach('a');
      await expect(cni.gcNetworkList(list, args as never)).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
      });
      expect(await folder.order()).toEqual(['ADD one']);
    },
  );

  it('goes on over failures and throws all of them', async () => {
    await attach('a', 'b');
    await folder.add('one', { DEL: { exitCode: 1 }, GC: { exitCode: 2 } });
    const error: LibcniAggregateError = await cni
      .gcNetworkList(list, { validAttachments: [] })
      .catch((e) => e);
    expect(error.errors).toMatchObject([
      { verb: 'DEL', containerId: 'a' },
      { verb: 'DEL', containerId: 'b' },
      { verb: 'GC', exitCode: 2 },
    ]);
  });

  it('is left out by disableGC, and the plugins are not told before 1.1.0', async () => {
    await attach('a');
    await cni.gcNetworkList({ ...list, disableGC: true }, { validAttachments: [] });
    expect(await folder.order()).toEqual(['ADD one']);
    await cni.gcNetworkList({ ...list, cniVersion: '1.0.0' }, { validAttachments: [] });
    expect(await folder.order()).toEqual(['ADD one', 'DEL one']);
  });
});

describe('plan', () => {
  it('says what each plugin would be given and runs nothing', async () => {
    await addChain();
    const list = listOfTypes(['one', 'two']);
    const runs = await cni.plan('ADD', list, rt);
    expect(runs.map(({ path, awaitsPrevResult }) => [path, awaitsPrevResult])).toEqual([
      [join(folder.bin, 'one'), false],
      [join(folder.bin, 'two'), true],
    ]);
    expect(await folder.calls()).toEqual([]);
    await cni.addNetworkList(list, rt);
    const [one] = await folder.calls();
    expect(runs[0]?.stdin).toBe(one?.stdin);
    expect(one?.env).toMatchObject(runs[0]?.env ?? {});
  });

  it('is in the order of the verb, with the cached result', async () => {
    await addChain();
    const list = listOfTypes(['one', 'two'], { cniVersion: '1.1.0' });
    await cni.addNetworkList(list, rt);
    const del = await cni.plan('DEL', list, rt);
    expect(del.map(({ plugin }) => plugin)).toEqual(['two', 'one']);
    expect(JSON.parse(del[0]?.stdin ?? '').prevResult).toMatchObject({ cniVersion: '1.1.0' });
    const [gc] = await cni.plan('GC', list, undefined, {
      validAttachments: [{ containerId: 'c1', ifName: 'eth0' }],
    });
    expect(JSON.parse(gc?.stdin ?? '')['cni.dev/attachments']).toHaveLength(1);
    expect((await cni.plan('STATUS', list))[0]?.env.CNI_COMMAND).toBe('STATUS');
    expect((await cni.plan('VERSION', list))[0]?.env.CNI_NETNS).toBe('dummy');
    await expect(cni.plan('ADD', list)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });
});

describe('disposal', () => {
  it('after disposal takes no more work, and disposes twice', async () => {
    await cni[Symbol.asyncDispose]();
    await cni[Symbol.asyncDispose]();
    await expect(cni.getCachedAttachments()).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('waits for work under way before it is disposed of', async () => {
    await folder.add('one', { ADD: { shell: 'sleep 0.2', stdout: first } });
    const adding = cni.addNetworkList(listOfTypes(['one']), rt);
    await cni[Symbol.asyncDispose]();
    await expect(adding).resolves.toMatchObject({ cniVersion: '1.0.0' });
  });
});

it('keeps the folder list it was made with', async () => {
  const path = [folder.bin];
  const own = new CNIConfig({ path });
  path.push('/elsewhere');
  expect(own.path).toEqual([folder.bin]);
  await mkdir(folder.cacheDir, { recursive: true });
});

describe('what a runtime needs to survive its own end', () => {
  it('hears the result of each plugin before the next one starts', async () => {
    await addChain();
    const heard: string[] = [];
    const onResult = async (result: unknown) => {
      heard.push(`${(await folder.order()).length} ${JSON.stringify(result) === first}`);
    };
    await cni.addNetworkList(listOfTypes(['one', 'two']), rt, { onResult });
    expect(heard).toEqual(['1 true', '2 false']);
  });

  it('rolls back when the record of a result fails', async () => {
    await addChain();
    const onResult = () => Promise.reject(new Error('disk full'));
    const adding = cni.addNetworkList(listOfTypes(['one', 'two']), rt, { onResult });
    await expect(adding).rejects.toThrow('disk full');
    expect(await folder.order()).toEqual(['ADD one', 'DEL two', 'DEL one']);
  });

  it('can detach with a result that never reached the cache', async () => {
    await addChain();
    const prevResult = createResult(first);
    await cni.delNetworkList(listOfTypes(['one'], { cniVersion: '0.4.0' }), rt, { prevResult });
    const [del] = await folder.calls();
    expect(JSON.parse(del?.stdin ?? '').prevResult).toMatchObject({
      cniVersion: '0.4.0',
      ips: [{ version: '4' }],
    });
  });
});
