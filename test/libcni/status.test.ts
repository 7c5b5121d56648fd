import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CNIConfig } from '../../src/index.js';
import { listOfTypes, PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';

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

const _first = resultText('10.1.0.2/24');

describe('STATUS', () => {
  it('is asked of every plugin since 1.1.0, without an attachment', async () => {
    await folder.add('one');
    await folder.add('two');
    await cni.getStatusNetworkList(listOfTypes(['one', 'two'], { cniVersion: '1.1.0' }));
    const calls = await folder.calls();
    expect(calls.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['STATUS one', 'STATUS two']);
    expect(calls[0]?.env).toMatchObject({ CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_ARGS: '' });
  });

  it('is silent before 1.1.0', async () => {
    await cni.getStatusNetworkList(listOfTypes(['missing']));
  });

  it('passes the code of the first plugin that is not ready on', async () => {
    await folder.add('one', { STATUS: { stdout: '{"code":50,"msg":"not available"}', exitCode: 1 } });
    const asking = cni.getStatusNetworkList(listOfTypes(['one', 'missing'], { cniVersion: '1.1.0' }));
    await expect(asking).rejects.toMatchObject({
      name: 'PluginError',
      code: 50,
      verb: 'STATUS',
      network: 'net',
    });
  });
});
