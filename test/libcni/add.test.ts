import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import {
  type LibcniWarning,
  networkConfFromBytes,
  networkPluginConfFromBytes,
  type PluginTrace,
} from '../../src/index.js';
import { firstResult, listOfTypes, resultText, rt, secondResult } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('ADD', () => {
  it('is refused before any plugin runs if the version is invalid', async () => {
    await plugins.folder.add('one', { ADD: { stdout: resultText() } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one'], { cniVersion: 'abc' }), rt);
    await expect(adding).rejects.toMatchObject({ code: 'ERR_VERSION', value: 'abc', network: 'net' });
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('gives each plugin the result of the one before it', async () => {
    await plugins.folder.addChain();
    expect(await plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt)).toEqual(
      JSON.parse(secondResult),
    );
    const [one, two] = (await plugins.folder.calls()).map(({ stdin }) => JSON.parse(stdin));
    expect(one).toEqual({ cniVersion: '1.0.0', name: 'net', type: 'one' });
    expect(two).toEqual({
      cniVersion: '1.0.0',
      name: 'net',
      type: 'two',
      prevResult: JSON.parse(firstResult),
    });
  });

  it('gives each plugin the arguments of the capabilities it declares, and reports the others', async () => {
    await plugins.folder.addChain();
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
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    const capabilityArgs = {
      ips: ['10.0.0.9/8'],
      bandwidth: { ingressRate: 1 },
      mac: '00:00:00:00:00:01',
      aliases: ['a'],
    };
    await plugins.cni.addNetworkList(list, { ...rt, capabilityArgs });
    const [one, two] = (await plugins.folder.calls()).map(({ stdin }) => JSON.parse(stdin).runtimeConfig);
    expect(one).toEqual({ ips: capabilityArgs.ips });
    expect(two).toEqual({ ips: capabilityArgs.ips, bandwidth: capabilityArgs.bandwidth });
    expect(warnings).toMatchObject([
      { code: 'UNUSED_CAPABILITY_ARGS', capabilities: ['mac', 'aliases'], containerId: 'c1' },
    ]);
  });

  it('takes a result without a version to be of the version of its configuration', async () => {
    await plugins.folder.add('one', { ADD: { stdout: '{"ips":[{"version":"4","address":"10.0.0.2/8"}]}' } });
    const list = listOfTypes(['one'], { cniVersion: '0.3.1' });
    expect(await plugins.cni.addNetworkList(list, rt)).toMatchObject({ cniVersion: '0.3.1' });
  });

  it('takes null for an empty result', async () => {
    await plugins.folder.add('one', { ADD: { stdout: 'null' } });
    expect(await plugins.cni.addNetworkList(listOfTypes(['one']), rt)).toEqual({ cniVersion: '1.0.0' });
  });

  it('works for a single plugin', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    const plugin = networkPluginConfFromBytes('{"type":"one","name":"single","cniVersion":"1.0.0"}');
    await plugins.cni.addNetwork(plugin, rt);
    expect(await plugins.cni.getNetworkCachedResult(plugin, rt)).toEqual(JSON.parse(firstResult));
    expect((await plugins.cni.getNetworkCachedConfig(plugin, rt))?.config).toBe(plugin.bytes);
    await plugins.cni.checkNetwork(plugin, rt);
    await plugins.cni.delNetwork(plugin, rt);
    expect(await plugins.folder.order()).toEqual(['ADD one', 'CHECK one', 'DEL one']);
    expect(await plugins.cni.getNetworkCachedResult(plugin, rt)).toBeUndefined();
  });

  it('of a network without plugins is refused', async () => {
    const list = networkConfFromBytes('{"name":"net","cniVersion":"1.0.0"}');
    await expect(plugins.cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });

  it.each([
    [{ ...rt, containerId: '../../etc/x' }, 'net'],
    [{ ...rt, ifName: '../x' }, 'net'],
    [{ ...rt, ifName: 'a'.repeat(16) }, 'net'],
    [rt, '../net'],
    [rt, ''],
  ])('like every verb, refuses names that must not reach the file system: %j', async (bad, name) => {
    await plugins.folder.addChain();
    const list = { ...listOfTypes(['one']), name };
    const invalid = expect.objectContaining({ code: 'ERR_CONF_INVALID' });
    await expect(plugins.cni.addNetworkList(list, bad)).rejects.toThrow(invalid);
    await expect(plugins.cni.delNetworkList(list, bad)).rejects.toThrow(invalid);
    await expect(plugins.cni.getNetworkListCachedResult(list, bad)).rejects.toThrow(invalid);
    await expect(plugins.cni.getNetworkListCachedConfig(list, bad)).rejects.toThrow(invalid);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('that is aborted before it starts runs nothing', async () => {
    await plugins.folder.addChain();
    const signal = AbortSignal.abort(new Error('early'));
    await expect(plugins.cni.addNetworkList(listOfTypes(['one']), rt, { signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('that is aborted between two plugins does not start the second', async () => {
    await plugins.folder.addChain();
    const controller = new AbortController();
    const abort = (message: unknown) => {
      if ((message as PluginTrace).plugin === 'one') controller.abort();
    };
    subscribe('tracing:libcni:plugin:asyncEnd', abort);
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt, { signal: controller.signal });
    await expect(adding).rejects.toMatchObject({ code: 'ERR_ABORTED', plugin: 'two' });
    unsubscribe('tracing:libcni:plugin:asyncEnd', abort);
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL two', 'DEL one']);
  });

  it('counts the time of all plugins together', async () => {
    await plugins.folder.add('one', { ADD: { shell: 'sleep 0.3', stdout: firstResult } });
    await plugins.folder.add('two', { ADD: { shell: 'sleep 60', stdout: firstResult } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt, { timeoutMs: 700 });
    await expect(adding).rejects.toMatchObject({ code: 'ERR_TIMEOUT', plugin: 'two' });
  });

  it('refuses an invalid time', async () => {
    const timeoutMs = Number.NaN;
    await expect(plugins.cni.addNetworkList(listOfTypes(['one']), rt, { timeoutMs })).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
    });
  });
});
