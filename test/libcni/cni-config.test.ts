import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CNIConfig } from '../../src/index.js';
import { firstResult, listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('disposal', () => {
  it('after disposal takes no more work, and disposes twice', async () => {
    await plugins.cni[Symbol.asyncDispose]();
    await plugins.cni[Symbol.asyncDispose]();
    await expect(plugins.cni.getCachedAttachments()).rejects.toMatchObject({ code: 'ERR_ABORTED' });
  });

  it('waits for work under way before it is disposed of', async () => {
    await plugins.folder.add('one', { ADD: { shell: 'sleep 0.2', stdout: firstResult } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one']), rt);
    await plugins.cni[Symbol.asyncDispose]();
    await expect(adding).resolves.toMatchObject({ cniVersion: '1.0.0' });
  });
});

it('keeps the folder list it was made with', async () => {
  const path = [plugins.folder.bin];
  const own = new CNIConfig({ path });
  path.push('/elsewhere');
  expect(own.path).toEqual([plugins.folder.bin]);
  await mkdir(plugins.folder.cacheDir, { recursive: true });
});
