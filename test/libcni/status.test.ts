import { describe, expect, it } from 'vitest';
import { listOfTypes } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('STATUS', () => {
  it('is asked of every plugin since 1.1.0, without an attachment', async () => {
    await plugins.folder.add('one');
    await plugins.folder.add('two');
    await plugins.cni.getStatusNetworkList(listOfTypes(['one', 'two'], { cniVersion: '1.1.0' }));
    const calls = await plugins.folder.calls();
    expect(calls.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['STATUS one', 'STATUS two']);
    expect(calls[0]?.env).toMatchObject({ CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_ARGS: '' });
  });

  it('is silent before 1.1.0', async () => {
    await plugins.cni.getStatusNetworkList(listOfTypes(['missing']));
  });

  it('passes on the code of the first plugin that is not ready', async () => {
    await plugins.folder.add('one', { STATUS: { stdout: '{"code":50,"msg":"not available"}', exitCode: 1 } });
    const asking = plugins.cni.getStatusNetworkList(listOfTypes(['one', 'missing'], { cniVersion: '1.1.0' }));
    await expect(asking).rejects.toMatchObject({
      name: 'PluginError',
      code: 50,
      verb: 'STATUS',
      network: 'net',
    });
  });
});
