import { describe, expect, it } from 'vitest';
import type { LibcniAggregateError } from '../../src/index.js';
import { listOfTypes, resultText } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const first = resultText('10.1.0.2/24');

describe('GC', () => {
  const list = listOfTypes(['one'], { cniVersion: '1.1.0' });

  async function attach(...ids: string[]): Promise<void> {
    await plugins.folder.add('one', { ADD: { stdout: first } });
    for (const containerId of ids) {
      await plugins.cni.addNetworkList(list, { ...rt, containerId, args: [['K', containerId]] });
    }
  }

  it('takes down what is not valid, with its own arguments, and tells the plugins what is', async () => {
    await attach('a', 'b', 'c');
    const { stale } = await plugins.cni.gcNetworkList(list, {
      validAttachments: [{ containerId: 'b', ifName: 'eth0' }],
    });
    expect(stale.map(({ containerId }) => containerId)).toEqual(['a', 'c']);
    const calls = (await plugins.folder.calls()).slice(3);
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
    expect((await plugins.cni.getCachedAttachments()).map(({ containerId }) => containerId)).toEqual(['b']);
  });

  it('leaves other networks alone', async () => {
    await attach('a');
    await plugins.cni.gcNetworkList({ ...list, name: 'other' }, { validAttachments: [] });
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  });

  it('only says what it would do in a dry run', async () => {
    await attach('a');
    const { stale } = await plugins.cni.gcNetworkList(list, { validAttachments: [] }, { dryRun: true });
    expect(stale).toHaveLength(1);
    expect(await plugins.folder.order()).toEqual(['ADD one']);
  });

  it.each([undefined, {}, { validAttachments: undefined }, { validAttachments: 'all' }])(
    'refuses %j for the valid attachments',
    async (args) => {
      await attach('a');
      await expect(plugins.cni.gcNetworkList(list, args as never)).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
      });
      expect(await plugins.folder.order()).toEqual(['ADD one']);
    },
  );

  it('goes on over failures and throws all of them', async () => {
    await attach('a', 'b');
    await plugins.folder.add('one', { DEL: { exitCode: 1 }, GC: { exitCode: 2 } });
    const error: LibcniAggregateError = await plugins.cni
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
    await plugins.cni.gcNetworkList({ ...list, disableGC: true }, { validAttachments: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one']);
    await plugins.cni.gcNetworkList({ ...list, cniVersion: '1.0.0' }, { validAttachments: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
  });
});
