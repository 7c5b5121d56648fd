import { describe, expect, it } from 'vitest';
import { createResult } from '../../src/index.js';
import { listOfTypes, resultText } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const first = resultText('10.1.0.2/24');
const second = resultText('10.1.0.3/24');

async function addChain(): Promise<void> {
  await plugins.folder.add('one', { ADD: { stdout: first } });
  await plugins.folder.add('two', { ADD: { stdout: second } });
}

describe('what a runtime needs to survive its own end', () => {
  it('hears the result of each plugin before the next one starts', async () => {
    await addChain();
    const heard: string[] = [];
    const onResult = async (result: unknown) => {
      heard.push(`${(await plugins.folder.order()).length} ${JSON.stringify(result) === first}`);
    };
    await plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt, { onResult });
    expect(heard).toEqual(['1 true', '2 false']);
  });

  it('rolls back when the record of a result fails', async () => {
    await addChain();
    const onResult = () => Promise.reject(new Error('disk full'));
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt, { onResult });
    await expect(adding).rejects.toThrow('disk full');
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL two', 'DEL one']);
  });

  it('can detach with a result that never reached the cache', async () => {
    await addChain();
    const prevResult = createResult(first);
    await plugins.cni.delNetworkList(listOfTypes(['one'], { cniVersion: '0.4.0' }), rt, { prevResult });
    const [del] = await plugins.folder.calls();
    expect(JSON.parse(del?.stdin ?? '').prevResult).toMatchObject({
      cniVersion: '0.4.0',
      ips: [{ version: '4' }],
    });
  });
});
