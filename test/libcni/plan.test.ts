import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('plan', () => {
  it('says what each plugin would be given and runs nothing', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two']);
    const runs = await plugins.cni.plan('ADD', list, rt);
    expect(runs.map(({ path, awaitsPrevResult }) => [path, awaitsPrevResult])).toEqual([
      [join(plugins.folder.bin, 'one'), false],
      [join(plugins.folder.bin, 'two'), true],
    ]);
    expect(await plugins.folder.calls()).toEqual([]);
    await plugins.cni.addNetworkList(list, rt);
    const [one] = await plugins.folder.calls();
    expect(runs[0]?.stdin).toBe(one?.stdin);
    expect(one?.env).toMatchObject(runs[0]?.env ?? {});
  });

  it('is in the order of the verb, with the cached result', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two'], { cniVersion: '1.1.0' });
    await plugins.cni.addNetworkList(list, rt);
    const del = await plugins.cni.plan('DEL', list, rt);
    expect(del.map(({ plugin }) => plugin)).toEqual(['two', 'one']);
    expect(JSON.parse(del[0]?.stdin ?? '').prevResult).toMatchObject({ cniVersion: '1.1.0' });
    const [gc] = await plugins.cni.plan('GC', list, undefined, {
      validAttachments: [{ containerId: 'c1', ifName: 'eth0' }],
    });
    expect(JSON.parse(gc?.stdin ?? '')['cni.dev/attachments']).toHaveLength(1);
    expect((await plugins.cni.plan('STATUS', list))[0]?.env.CNI_COMMAND).toBe('STATUS');
    expect((await plugins.cni.plan('VERSION', list))[0]?.env.CNI_NETNS).toBe('dummy');
    await expect(plugins.cni.plan('ADD', list)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });
});
