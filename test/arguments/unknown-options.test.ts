import { expect, it } from 'vitest';
import {
  folderSource,
  HelperClient,
  hostResolvConf,
  type OciState,
  pinNamespaces,
  podSandboxConfig,
  runHooks,
  unpinNamespaces,
  writeNetworkSettings,
} from '../../src/index.js';
import { FakePlugins, recordPlugins } from '../../src/testing/index.js';

const misspelt: object = { timeout: 500 };
const state: OciState = { ociVersion: '1.0.2', id: 'c1', status: 'created', bundle: '/b' };
const pod = { metadata: { name: 'web' }, spec: {} };
const nowhere = '/proc/none';

it.each<[string, () => unknown]>([
  ['runHooks', () => runHooks([], state, misspelt)],
  ['pinNamespaces', () => pinNamespaces(process.pid, ['uts'], { ...misspelt, dir: nowhere })],
  ['unpinNamespaces', () => unpinNamespaces({}, misspelt)],
  ['hostResolvConf', () => hostResolvConf(misspelt)],
  ['folderSource', () => folderSource(nowhere, misspelt)],
  ['podSandboxConfig', () => podSandboxConfig(pod, misspelt)],
  ['HelperClient', () => new HelperClient(misspelt)],
  ['writeNetworkSettings', () => writeNetworkSettings(`${nowhere}/f`, {} as never, misspelt)],
  ['FakePlugins.create', () => FakePlugins.create({ plugins: {}, ...misspelt })],
  ['FakePlugins.create, in an answer', () => FakePlugins.create({ plugins: { bridge: { ADD: misspelt } } })],
  ['recordPlugins', () => recordPlugins({ exec: {} as never, folder: nowhere, ...misspelt })],
])('%s refuses an option that does not exist', async (_, call) => {
  await expect((async () => await call())()).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    message: expect.stringMatching(/\.timeout does not exist; (did you mean|there are)/),
    value: 500,
  });
});
