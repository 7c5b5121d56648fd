import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIConfig, createResult } from '../../src/index.js';
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
