import { describe, expect, it } from 'vitest';
import { firstResult, listOfTypes, rt, secondResult } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('CHECK', () => {
  it('gives every plugin, in order, the result of ADD', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two']);
    await plugins.cni.addNetworkList(list, rt);
    await plugins.cni.checkNetworkList(list, rt);
    const checks = (await plugins.folder.calls()).slice(2);
    expect(checks.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['CHECK one', 'CHECK two']);
    for (const { stdin } of checks) expect(JSON.parse(stdin).prevResult).toEqual(JSON.parse(secondResult));
  });

  it('gives the result in the version of the list', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    await plugins.cni.addNetworkList(listOfTypes(['one']), rt);
    await plugins.cni.checkNetworkList(listOfTypes(['one'], { cniVersion: '0.4.0' }), rt);
    const [, check] = await plugins.folder.calls();
    expect(JSON.parse(check?.stdin ?? '').prevResult).toMatchObject({
      cniVersion: '0.4.0',
      ips: [{ version: '4' }],
    });
  });

  it('says that a version is unknown, and not that the record is broken', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    const list = listOfTypes(['one'], { cniVersion: '1.2.0' });
    await plugins.cni.addNetworkList(list, rt);
    await expect(plugins.cni.checkNetworkList(list, rt)).rejects.toMatchObject({
      code: 'ERR_VERSION',
      value: '1.2.0',
      verb: 'CHECK',
    });
  });

  it.each(['', '0.1.0', '0.3.1'])('is not part of version "%s"', async (cniVersion) => {
    const list = listOfTypes(['one'], { cniVersion });
    await expect(plugins.cni.checkNetworkList(list, rt)).rejects.toMatchObject({
      code: 'ERR_CHECK_UNSUPPORTED',
      verb: 'CHECK',
    });
  });

  it('does nothing with disableCheck, as a boolean or a string', async () => {
    await plugins.folder.add('one', { CHECK: { exitCode: 1 } });
    for (const disableCheck of [true, 'true'])
      await plugins.cni.checkNetworkList(listOfTypes(['one'], { disableCheck }), rt);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('stops at the first plugin that finds a fault', async () => {
    await plugins.folder.add('one', { CHECK: { stdout: '{"code":11,"msg":"later"}', exitCode: 1 } });
    await plugins.folder.add('two');
    await expect(plugins.cni.checkNetworkList(listOfTypes(['one', 'two']), rt)).rejects.toMatchObject({
      code: 11,
      verb: 'CHECK',
      plugin: 'one',
    });
    expect(await plugins.folder.order()).toEqual(['CHECK one']);
  });
});
