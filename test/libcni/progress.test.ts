import { describe, expect, it } from 'vitest';
import { createResult } from '../../src/index.js';
import { firstResult, listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('what a runtime needs to survive its own end', () => {
  it('hears the result of each plugin before the next one starts', async () => {
    await plugins.folder.addChain();
    const heard: string[] = [];
    const onResult = async (result: unknown) => {
      heard.push(`${(await plugins.folder.order()).length} ${JSON.stringify(result) === firstResult}`);
    };
    await plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt, { onResult });
    expect(heard).toEqual(['1 true', '2 false']);
  });

  it('rolls back when the record of a result fails', async () => {
    await plugins.folder.addChain();
    const onResult = () => Promise.reject(new Error('disk full'));
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt, { onResult });
    await expect(adding).rejects.toThrow('disk full');
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL two', 'DEL one']);
  });

  it('can detach with a result that never reached the cache', async () => {
    await plugins.folder.addChain();
    const prevResult = createResult(firstResult);
    await plugins.cni.delNetworkList(listOfTypes(['one'], { cniVersion: '0.4.0' }), rt, { prevResult });
    const [del] = await plugins.folder.calls();
    expect(JSON.parse(del?.stdin ?? '').prevResult).toMatchObject({
      cniVersion: '0.4.0',
      ips: [{ version: '4' }],
    });
  });
});
