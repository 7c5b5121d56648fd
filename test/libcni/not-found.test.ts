import { describe, expect, it } from 'vitest';
import { networkPluginConfFromBytes } from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const list = listOfTypes(['gone']);
const single = networkPluginConfFromBytes('{"cniVersion":"1.0.0","name":"net","type":"gone"}');

describe('a plugin that does not exist', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['ADD', 'a list', () => plugins.cni.addNetworkList(list, rt)],
    ['CHECK', 'a list', () => plugins.cni.checkNetworkList(list, rt)],
    ['DEL', 'a list', () => plugins.cni.delNetworkList(list, rt)],
    ['ADD', 'a single plugin', () => plugins.cni.addNetwork(single, rt)],
    ['CHECK', 'a single plugin', () => plugins.cni.checkNetwork(single, rt)],
    ['DEL', 'a single plugin', () => plugins.cni.delNetwork(single, rt)],
  ])('fails %s of %s', async (verb, _, call) => {
    const where = { verb, plugin: 'gone', network: 'net', containerId: 'c1', ifName: 'eth0' };
    const expected = {
      name: 'LibcniError',
      code: 'ERR_PLUGIN_NOT_FOUND',
      reason: 'plugin-missing',
      ...where,
    };
    await expect(call()).rejects.toMatchObject(expected);
  });

  it('fails VERSION, which has no attachment', async () => {
    const expected = {
      code: 'ERR_PLUGIN_NOT_FOUND',
      reason: 'plugin-missing',
      verb: 'VERSION',
      plugin: 'gone',
    };
    await expect(plugins.cni.getVersionInfo('gone')).rejects.toMatchObject(expected);
  });
});
