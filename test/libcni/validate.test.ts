import { describe, expect, it } from 'vitest';
import { LibcniAggregateError, networkPluginConfFromBytes } from '../../src/index.js';
import { listOfTypes } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('VALIDATE', () => {
  const versions = { VERSION: { stdout: '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}' } };

  it('yields the capabilities, sorted and once each', async () => {
    await plugins.folder.add('one', versions);
    await plugins.folder.add('two', versions);
    const declaring = [
      { type: 'two', capabilities: { portMappings: true, ips: true } },
      { type: 'one', capabilities: { ips: true, aliases: true, mac: false } },
    ];
    expect(await plugins.cni.validateNetworkList(listOfTypes([], { plugins: declaring }))).toEqual([
      'aliases',
      'ips',
      'portMappings',
    ]);
    const plugin = networkPluginConfFromBytes(
      '{"name":"n","cniVersion":"0.4.0","type":"one","capabilities":{"b":true,"a":true}}',
    );
    expect(await plugins.cni.validateNetwork(plugin)).toEqual(['a', 'b']);
  });

  it('names every plugin at fault', async () => {
    await plugins.folder.add('one', versions);
    const list = listOfTypes(['one', 'missing'], { cniVersion: '1.1.0' });
    const error: LibcniAggregateError = await plugins.cni.validateNetworkList(list).catch((e) => e);
    expect(error).toBeInstanceOf(LibcniAggregateError);
    expect(error.errors).toMatchObject([
      { code: 'ERR_VERSION', plugin: 'one' },
      { code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'missing' },
    ]);
    expect(error.message).toContain('one');
    expect(error.message).toContain('missing');
  });

  it.each([
    ['ERR_ABORTED', { signal: AbortSignal.abort(new Error('early')) }],
    ['ERR_TIMEOUT', { timeoutMs: 0 }],
  ])('that is ended before it begins fails with %s alone', async (code, limits) => {
    await plugins.folder.add('one', versions);
    for (const list of [listOfTypes(['one', 'missing']), { ...listOfTypes(['one']), plugins: [] }]) {
      const error = await plugins.cni.validateNetworkList(list, limits).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: 'LibcniError', code, verb: 'VERSION', network: 'net' });
    }
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('that is ended while the plugins run says so alone, or behind what was wrong before', async () => {
    await plugins.folder.add('slow', { VERSION: { shell: 'exec sleep 60' } });
    await plugins.folder.add('other', { VERSION: { shell: 'exec sleep 60' } });
    const validate = (types: string[]) =>
      plugins.cni.validateNetworkList(listOfTypes(types), { signal: AbortSignal.timeout(500) });
    const ended = { name: 'LibcniError', code: 'ERR_TIMEOUT', verb: 'VERSION', network: 'net' };
    await expect(validate(['slow', 'other'])).rejects.toMatchObject(ended);
    await expect(validate(['slow', 'missing'])).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      errors: [
        { code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'missing' },
        { ...ended, plugin: 'slow' },
      ],
    });
  });

  it('asks VERSION with the values that old plugins insist on', async () => {
    await plugins.folder.add('one', versions);
    expect(await plugins.cni.getVersionInfo('one')).toEqual({
      cniVersion: '1.0.0',
      supportedVersions: ['0.4.0', '1.0.0'],
    });
    const [call] = await plugins.folder.calls();
    expect(call?.env).toMatchObject({
      CNI_NETNS: 'dummy',
      CNI_IFNAME: 'dummy',
      CNI_PATH: 'dummy',
      CNI_CONTAINERID: '',
      CNI_ARGS: '',
    });
    expect(JSON.parse(call?.stdin ?? '')).toEqual({ cniVersion: '1.1.0' });
  });

  it.each([
    [{ stdout: '{"code":4,"msg":"unknown CNI_COMMAND: VERSION"}', exitCode: 1 }, ['0.1.0']],
    [{ stdout: '{"code":4,"msg":"unknown CNI_COMMAND: VERSION"}' }, ['0.1.0']],
    [{ stdout: '{"cniVersion":"0.2.0","code":4,"msg":"unknown CNI_COMMAND: VERSION"}' }, ['0.1.0']],
    [{ stdout: '{"cniVersion":"0.2.0"}' }, ['0.1.0', '0.2.0']],
  ])('knows plugins from before VERSION: %j', async (answer, supportedVersions) => {
    await plugins.folder.add('old', { VERSION: answer });
    expect((await plugins.cni.getVersionInfo('old')).supportedVersions).toEqual(supportedVersions);
  });

  it.each([
    '{"cniVersion":"1.0.0","code":11,"msg":"try later"}',
    '{"cniVersion":"0.2.0","code":11,"msg":"try later"}',
  ])('believes a plugin that reports an error with exit code 0: %s', async (stdout) => {
    await plugins.folder.add('busy', { VERSION: { stdout } });
    await expect(plugins.cni.getVersionInfo('busy')).rejects.toMatchObject({
      name: 'PluginError',
      reason: 'reported',
      code: 11,
      msg: 'try later',
      verb: 'VERSION',
      plugin: 'busy',
    });
  });

  it.each(['', '{', '[]', '{"supportedVersions":["1.0.0"]}', '{"cniVersion":"1.0.0"}', '{"cniVersion":1}'])(
    'refuses the version information %j',
    async (stdout) => {
      await plugins.folder.add('odd', { VERSION: { stdout } });
      await expect(plugins.cni.getVersionInfo('odd')).rejects.toMatchObject({
        name: 'PluginError',
        verb: 'VERSION',
        plugin: 'odd',
        code: 6,
      });
    },
  );
});
