import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CNIConfig } from '../../src/index.js';
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
