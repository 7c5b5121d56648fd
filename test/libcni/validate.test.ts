import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIConfig, LibcniAggregateError, networkPluginConfFromBytes } from '../../src/index.js';
import { listOfTypes, PluginFolder } from '../fixtures/plugins/plugin-folder.js';

let folder: PluginFolder;
let cni: CNIConfig;

beforeEach(async () => {
  folder = await PluginFolder.create();
  cni = folder.cni();
});

afterEach(async () => {
  await cni[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('VALIDATE', () => {
  const versions = { VERSION: { stdout: '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}' } };

  it('yields the capabilities, sorted and once each', async () => {
    await folder.add('one', versions);
    await folder.add('two', versions);
    const plugins = [
      { type: 'two', capabilities: { portMappings: true, ips: true } },
      { type: 'one', capabilities: { ips: true, aliases: true, mac: false } },
    ];
    expect(await cni.validateNetworkList(listOfTypes([], { plugins }))).toEqual([
      'aliases',
      'ips',
      'portMappings',
    ]);
    const plugin = networkPluginConfFromBytes(
      '{"name":"n","cniVersion":"0.4.0","type":"one","capabilities":{"b":true,"a":true}}',
    );
    expect(await cni.validateNetwork(plugin)).toEqual(['a', 'b']);
  });

  it('names every plugin at fault', async () => {
    await folder.add('one', versions);
    const list = listOfTypes(['one', 'missing'], { cniVersion: '1.1.0' });
    const error: LibcniAggregateError = await cni.validateNetworkList(list).catch((e) => e);
    expect(error).toBeInstanceOf(LibcniAggregateError);
    expect(error.errors).toMatchObject([
      { code: 'ERR_VERSION', plugin: 'one' },
      { code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'missing' },
    ]);
    expect(error.message).toContain('one');
    expect(error.message).toContain('missing');
  });

  it('asks VERSION with the values that old plugins insist on', async () => {
    await folder.add('one', versions);
    expect(await cni.getVersionInfo('one')).toEqual({
      cniVersion: '1.0.0',
      supportedVersions: ['0.4.0', '1.0.0'],
    });
    const [call] = await folder.calls();
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
    [{ stdout: '{"cniVersion":"0.2.0"}' }, ['0.1.0', '0.2.0']],
  ])('knows plugins from before VERSION: %j', async (answer, supportedVersions) => {
    await folder.add('old', { VERSION: answer });
    expect((await cni.getVersionInfo('old')).supportedVersions).toEqual(supportedVersions);
  });

  it.each(['', '{', '[]', '{"supportedVersions":["1.0.0"]}', '{"cniVersion":"1.0.0"}', '{"cniVersion":1}'])(
    'refuses the version information %j',
    async (stdout) => {
      await folder.add('odd', { VERSION: { stdout } });
      await expect(cni.getVersionInfo('odd')).rejects.toMatchObject({
        name: 'PluginError',
        verb: 'VERSION',
        plugin: 'odd',
        code: 6,
      });
    },
  );
});
