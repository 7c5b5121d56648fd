import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIConfig, networkPluginConfFromBytes } from '../../src/index.js';
import { listOfTypes, PluginFolder } from '../fixtures/plugins/plugin-folder.js';

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
const list = listOfTypes(['gone']);
const single = networkPluginConfFromBytes('{"cniVersion":"1.0.0","name":"net","type":"gone"}');

describe('a plugin that is not there', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['ADD', 'a list', () => cni.addNetworkList(list, rt)],
    ['CHECK', 'a list', () => cni.checkNetworkList(list, rt)],
    ['DEL', 'a list', () => cni.delNetworkList(list, rt)],
    ['ADD', 'a single plugin', () => cni.addNetwork(single, rt)],
    ['CHECK', 'a single plugin', () => cni.checkNetwork(single, rt)],
    ['DEL', 'a single plugin', () => cni.delNetwork(single, rt)],
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
    await expect(cni.getVersionInfo('gone')).rejects.toMatchObject(expected);
  });
});
