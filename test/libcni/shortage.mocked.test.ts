import { beforeEach, describe, expect, it, vi } from 'vitest';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

// Which of the files a process has no descriptor left for is up to chance.
const shortage = vi.hoisted(() => ({ of: '' }));
vi.mock('../../src/files/read-local-file.js', async (original) => {
  const real = await original<typeof import('../../src/files/read-local-file.js')>();
  const unlessShort =
    <Text>(read: (file: string) => Text) =>
    (file: string): Text => {
      if (shortage.of === '' || !file.endsWith(shortage.of)) return read(file);
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    };
  const { readRegularFile, readRegularText } = real;
  return {
    ...real,
    readRegularFile: unlessShort(readRegularFile),
    readRegularText: unlessShort(readRegularText),
  };
});

const plugins = usePluginFolder();
const list = listOfTypes(['one']);

beforeEach(async () => {
  shortage.of = '';
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
  for (const containerId of ['c1', 'c2', 'c3'])
    await plugins.cni.addNetworkList(list, { ...rt, containerId });
  shortage.of = 'net-c2-eth0';
});

describe('an entry that no descriptor is left to read', () => {
  const refused = { code: 'ERR_CACHE', file: expect.stringContaining('net-c2-eth0') };

  it('is not left out of the list of attachments', async () => {
    await expect(plugins.cni.getCachedAttachments()).rejects.toMatchObject(refused);
    expect(await plugins.cni.getCachedAttachments('c1')).toHaveLength(1);
  });

  it('keeps garbage from being collected, instead of being left behind', async () => {
    const collecting = plugins.cni.gcNetworkList(list, { validAttachments: [] });
    await expect(collecting).rejects.toMatchObject(refused);
    expect((await plugins.folder.order()).filter((run) => run.startsWith('DEL'))).toEqual([]);
  });
});
