import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  CNIOperator,
  deactivated,
  formatResolvConf,
  networkConfFromFile,
  networkMode,
  networkSettings,
  ocicniPlugin,
  PodSandboxManager,
  type PodSandboxManagerOptions,
  parseIsuladCheckpoint,
  parseResolvConf,
  readNetworkSettings,
  settingsAddresses,
  withNetworkNamespace,
  withoutNetworkNamespace,
} from '../../src/index.js';
import { replayPlugins } from '../../src/testing/index.js';

const nothing = undefined as never;
const pod = { name: 'web', namespace: 'default', uid: 'u' };

let folder: string;
let operator: CNIOperator;
let options: PodSandboxManagerOptions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-pods-'));
  operator = await CNIOperator.create({ networks: [], cacheDir: join(folder, 'cache') });
  options = { operator, stateDir: join(folder, 'state'), runtimes: {} };
});

afterEach(async () => {
  await operator.close();
  await rm(folder, { recursive: true });
});

it('an option that does not exist is refused with the nearest one', async () => {
  const misspelt: object = { runtimeclasses: {} };
  await expect(PodSandboxManager.create({ ...options, ...misspelt })).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    message: 'PodSandboxManager options.runtimeclasses does not exist; did you mean runtimeClasses?',
  });
});

it('what a caller changes after the call to run a pod does not matter', async () => {
  const manager = await PodSandboxManager.create(options);
  const config = { metadata: { ...pod } };
  const choice = { runtimeHandler: 'first' };
  const running = manager.run(config, choice);
  Object.assign(config.metadata, { name: '' });
  choice.runtimeHandler = 'second';
  await expect(running).rejects.toMatchObject({ code: 'ERR_NOT_FOUND', value: 'first' });
});

it('so is a key of a pod', async () => {
  const manager = await PodSandboxManager.create(options);
  const misspelt: object = { hostName: 'web' };
  await expect(manager.run({ metadata: pod, ...misspelt })).rejects.toThrow(
    'config.hostName does not exist; did you mean hostname?',
  );
  const iud: object = { iud: 'u' };
  await expect(manager.run({ metadata: { ...pod, ...iud } })).rejects.toThrow(
    'config.metadata.iud does not exist; did you mean uid?',
  );
});

it('no time limit is Infinity, as elsewhere', async () => {
  const manager = await PodSandboxManager.create(options);
  await manager.stop('gone', { timeoutMs: Number.POSITIVE_INFINITY });
  await expect(manager.stop('gone', { timeoutMs: Number.NaN })).rejects.toThrow(
    'options.timeoutMs must be a number of milliseconds, not NaN',
  );
  await manager.close();
});

it.each<[string, () => unknown, string]>([
  ['withNetworkNamespace', () => withNetworkNamespace(nothing, '/ns'), 'spec must be an object'],
  ['withNetworkNamespace', () => withNetworkNamespace({}, nothing), 'path must be a path without NUL'],
  [
    'withoutNetworkNamespace',
    () => withoutNetworkNamespace({ linux: { namespaces: 3 } } as never),
    'spec.linux.namespaces must be an array',
  ],
  ['parseIsuladCheckpoint', () => parseIsuladCheckpoint(nothing), 'text must be a string'],
  ['networkSettings', () => networkSettings(nothing), 'source must be an object'],
  ['settingsAddresses', () => settingsAddresses(nothing), 'settings must be an object'],
  ['deactivated', () => deactivated(nothing), 'settings must be an object'],
  ['networkMode', () => networkMode(nothing), 'text must be a string'],
  ['readNetworkSettings', () => readNetworkSettings(nothing), 'file must be a path'],
  ['networkConfFromFile', () => networkConfFromFile(nothing), 'file must be a path'],
  ['parseResolvConf', () => parseResolvConf(nothing), 'text must be a string'],
  [
    'formatResolvConf',
    () => formatResolvConf({ nameservers: ['::1'] } as never),
    'conf.searches must be an array',
  ],
  ['replayPlugins', () => replayPlugins('/dev/null'), 'the folder of recordings cannot be read'],
  ['ocicniPlugin', () => ocicniPlugin({} as never), 'operator must be a CNIOperator'],
  ['tearDownPod', () => ocicniPlugin(operator).tearDownPod({ id: 'a' } as never), 'pod.'],
])('%s refuses what it cannot use', async (_, call, message) => {
  await expect((async () => await call())()).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    message: expect.stringContaining(message),
  });
});
