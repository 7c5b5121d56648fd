import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Exec, HelperExec, type LibcniWarning, type PluginError, ProcessExec } from '../../src/index.js';
import { firstResult, listOfTypes, rt, secondResult } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

async function addUnusable(type: string, { mode = 0o755, text = '' }): Promise<void> {
  await writeFile(join(plugins.folder.bin, type), text, { mode });
}

describe('the rollback of a failed ADD', () => {
  const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

  it('runs DEL for the whole list in reverse, with the last result', async () => {
    await plugins.folder.addChain();
    await plugins.folder.add('bad', { ADD: failure });
    await plugins.folder.add('last');
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'two', 'bad', 'last']), rt);
    await expect(adding).rejects.toMatchObject({ code: 100, plugin: 'bad', rollbackErrors: [] });
    expect((await plugins.folder.order()).slice(3)).toEqual(['DEL last', 'DEL bad', 'DEL two', 'DEL one']);
    const dels = (await plugins.folder.calls()).filter(({ verb }) => verb === 'DEL');
    for (const { stdin } of dels) expect(JSON.parse(stdin).prevResult).toEqual(JSON.parse(secondResult));
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
  });

  it('goes on over failures and reports them beside the first error', async () => {
    await plugins.folder.add('one', {
      ADD: { stdout: firstResult },
      DEL: { stdout: '{"code":101,"msg":"stuck"}', exitCode: 1 },
    });
    await plugins.folder.add('bad', { ADD: failure, DEL: { exitCode: 9 } });
    const error: PluginError = await plugins.cni
      .addNetworkList(listOfTypes(['one', 'bad']), rt)
      .catch((e) => e);
    expect(error).toMatchObject({ code: 100, plugin: 'bad', verb: 'ADD' });
    expect(error.rollbackErrors).toMatchObject([
      { verb: 'DEL', plugin: 'bad', exitCode: 9 },
      { verb: 'DEL', plugin: 'one', code: 101 },
    ]);
    expect(error.message).toContain('stuck');
  });

  it('has a time of its own when the ADD has used up its time', async () => {
    await plugins.folder.add('slow', { ADD: { shell: 'sleep 60' }, DEL: { shell: 'sleep 0.3' } });
    await expect(
      plugins.cni.addNetworkList(listOfTypes(['slow']), rt, { timeoutMs: 200 }),
    ).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      rollbackErrors: [],
    });
    expect(await plugins.folder.order()).toEqual(['ADD slow', 'DEL slow']);
  });

  it('is bounded', async () => {
    await plugins.folder.add('bad', { ADD: failure, DEL: { shell: 'sleep 60' } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['bad']), rt, { rollback: { timeoutMs: 200 } });
    await expect(adding).rejects.toMatchObject({
      code: 100,
      rollbackErrors: [{ code: 'ERR_TIMEOUT', verb: 'DEL' }],
    });
  });

  it('follows when the result cannot be recorded', async () => {
    await plugins.folder.add('one', {
      ADD: { shell: `echo 'no folder' > ${plugins.folder.cacheDir}`, stdout: firstResult },
    });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one']), rt);
    await expect(adding).rejects.toMatchObject({ code: 'ERR_CACHE', containerId: 'c1', network: 'net' });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
  });

  it('does not complain of plugins that were not there in the first place', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'missing', 'missing-too']), rt);
    await expect(adding).rejects.toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', rollbackErrors: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
  });

  it.each<[string, Exec, { mode?: number; text?: string }, object]>([
    ['may not be executed', new HelperExec(), { mode: 0o644 }, { code: 'ERR_PERMISSION' }],
    ['may not be executed by this process', new ProcessExec(), { mode: 0o644 }, { code: 'ERR_PERMISSION' }],
    [
      'lacks its interpreter',
      new HelperExec(),
      { text: '#!/nowhere/sh\n' },
      { code: 'ERR_PLUGIN_NOT_FOUND' },
    ],
    ['is no program', new HelperExec(), { text: 'no program' }, { name: 'PluginError', reason: 'exec' }],
  ])('does not complain of a plugin that %s, since it has made nothing', async (_, exec, file, failed) => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    await addUnusable('unusable', file);
    await addUnusable('later', file);
    const adding = plugins.folder.cni(exec).addNetworkList(listOfTypes(['one', 'unusable', 'later']), rt);
    await expect(adding).rejects.toMatchObject({ ...failed, plugin: 'unusable', rollbackErrors: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
  });

  it('does not complain about a plugin with an invalid name', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'no/name']), rt);
    await expect(adding).rejects.toMatchObject({ reason: 'bad-plugin-name', rollbackErrors: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
  });

  it('complains of a plugin that has run and cannot be started again', async () => {
    await plugins.folder.addChain();
    const file = join(plugins.folder.bin, 'two');
    await plugins.folder.add('two', { ADD: { shell: `chmod 000 ${file}`, ...failure } });
    const adding = plugins.cni.addNetworkList(listOfTypes(['one', 'two']), rt);
    await expect(adding).rejects.toMatchObject({
      code: 100,
      rollbackErrors: [{ code: 'ERR_PERMISSION', plugin: 'two', verb: 'DEL' }],
    });
  });

  it('does not run when the first plugin could not be started', async () => {
    await addUnusable('unusable', { text: '#!/nowhere/sh\n' });
    await plugins.folder.add('two');
    await expect(plugins.cni.addNetworkList(listOfTypes(['unusable', 'two']), rt)).rejects.toMatchObject({
      verb: 'ADD',
      rollbackErrors: [],
    });
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('does not run when nothing was started', async () => {
    await plugins.folder.add('two');
    await expect(plugins.cni.addNetworkList(listOfTypes(['missing', 'two']), rt)).rejects.toMatchObject({
      verb: 'ADD',
    });
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('does not run when the caller does not want it', async () => {
    await plugins.folder.add('bad', { ADD: failure });
    await expect(plugins.cni.addNetworkList(listOfTypes(['bad']), rt, { rollback: false })).rejects.toThrow(
      'no',
    );
    expect(await plugins.folder.order()).toEqual(['ADD bad']);
  });

  it('leaves an attachment alone that was there before', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    await plugins.cni.addNetworkList(listOfTypes(['one']), rt);
    await plugins.folder.add('one', { ADD: failure });
    const warnings: LibcniWarning[] = [];
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    await expect(plugins.cni.addNetworkList(listOfTypes(['one']), rt)).rejects.toThrow('no');
    expect(await plugins.folder.order()).toEqual(['ADD one', 'ADD one']);
    expect(warnings).toMatchObject([
      { code: 'ROLLBACK_SKIPPED', network: 'net', containerId: 'c1', ifName: 'eth0' },
    ]);
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  });
});
