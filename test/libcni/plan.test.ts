import { join } from 'node:path';
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
