import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CNIConfig } from '../../src/index.js';
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
