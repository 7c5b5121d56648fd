import { describe, expect, it } from 'vitest';
import { listOfTypes, rt, secondResult } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('DEL', () => {
  it('runs the plugins in reverse with the result of ADD, and forgets the attachment', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two']);
    await plugins.cni.addNetworkList(list, rt);
    await plugins.cni.delNetworkList(list, { ...rt, netns: '' });
    const dels = (await plugins.folder.calls()).slice(2);
    expect(dels.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['DEL two', 'DEL one']);
    for (const { stdin, env } of dels) {
      expect(JSON.parse(stdin).prevResult).toEqual(JSON.parse(secondResult));
      expect(env.CNI_NETNS).toBe('');
    }
    expect(await plugins.cni.getNetworkListCachedResult(list, rt)).toBeUndefined();
  });

  it('can be repeated', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one']);
    await plugins.cni.delNetworkList(list, rt);
    await plugins.cni.delNetworkList(list, rt);
    expect(JSON.parse((await plugins.folder.calls())[1]?.stdin ?? '').prevResult).toBeUndefined();
  });

  it('gives no result to plugins of versions before 0.4.0', async () => {
    await plugins.folder.add('one', { ADD: { stdout: '{"cniVersion":"0.3.1"}' } });
    const list = listOfTypes(['one'], { cniVersion: '0.3.1' });
    await plugins.cni.addNetworkList(list, rt);
    await plugins.cni.delNetworkList(list, rt);
    expect(JSON.parse((await plugins.folder.calls())[1]?.stdin ?? '').prevResult).toBeUndefined();
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
  });

  it('stops at the first failure and keeps the record, so that it can be repeated', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two']);
    await plugins.cni.addNetworkList(list, rt);
    await plugins.folder.add('two', { DEL: { exitCode: 1 } });
    await expect(plugins.cni.delNetworkList(list, rt)).rejects.toMatchObject({ verb: 'DEL', plugin: 'two' });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'ADD two', 'DEL two']);
    expect(await plugins.cni.getCachedAttachments('c1')).toHaveLength(1);
  });

  it('with an invalid version is refused', async () => {
    await expect(
      plugins.cni.delNetworkList(listOfTypes(['one'], { cniVersion: 'x' }), rt),
    ).rejects.toMatchObject({
      code: 'ERR_VERSION',
    });
  });
});
