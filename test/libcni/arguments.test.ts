import { beforeEach, describe, expect, it } from 'vitest';
import {
  CNIConfig,
  type CNIConfigOptions,
  confFiles,
  confFromBytes,
  confListFromConf,
  convertResult,
  createResult,
  findInPath,
  injectConf,
  networkConfFromBytes,
  networkPluginConfFromBytes,
  networkPluginConfsFromFiles,
} from '../../src/index.js';
import { listOfTypes, resultText } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

/** The library as a program calls it that no compiler has checked. */
type Unchecked = Record<string, (...given: unknown[]) => Promise<unknown>>;

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const conf = { cniVersion: '1.1.0', name: 'net', plugins: [{ type: 'one' }] };
const list = networkConfFromBytes(JSON.stringify(conf));
const plugin = networkPluginConfFromBytes('{"cniVersion":"1.1.0","name":"net","type":"one"}');
const none = { validAttachments: [] };
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let cni: Unchecked;

beforeEach(async () => {
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
  cni = plugins.cni as unknown as Unchecked;
});

async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return expect.unreachable('the call succeeded');
}

/** Refused before anything runs, in words that name argument and value. */
async function expectRefusal(call: () => unknown, says: readonly string[], value: unknown): Promise<void> {
  const error = await failureOf(call);
  expect(error).toMatchObject({ name: 'LibcniError', code: 'ERR_CONF_INVALID', value });
  for (const part of says) expect(String(error)).toContain(part);
  expect(await plugins.folder.calls()).toEqual([]);
}

/** Each method that takes a list, with the list and nothing else wrong. */
const ofList: [string, (given: unknown) => Promise<unknown> | undefined][] = [
  ['addNetworkList', (given) => cni.addNetworkList?.(given, rt)],
  ['checkNetworkList', (given) => cni.checkNetworkList?.(given, rt)],
  ['delNetworkList', (given) => cni.delNetworkList?.(given, rt)],
  ['validateNetworkList', (given) => cni.validateNetworkList?.(given)],
  ['gcNetworkList', (given) => cni.gcNetworkList?.(given, none)],
  ['getStatusNetworkList', (given) => cni.getStatusNetworkList?.(given)],
  ['getNetworkListCachedResult', (given) => cni.getNetworkListCachedResult?.(given, rt)],
  ['getNetworkListCachedConfig', (given) => cni.getNetworkListCachedConfig?.(given, rt)],
  ['plan', (given) => cni.plan?.('ADD', given, rt)],
];

describe.each(ofList)('%s refuses a list that networkConfFromBytes() did not make', (_, call) => {
  const { plugins: _plugins, ...withoutPlugins } = list;
  const { cniVersion: _version, ...withoutVersion } = list;
  const { bytes: _bytes, ...withoutBytes } = list;

  it.each<[string, unknown, string, unknown]>([
    [
      'the JSON of a list',
      conf,
      'list.plugins[0] must be a plugin configuration with network and bytes',
      { type: 'one' },
    ],
    ['its text', JSON.stringify(conf), 'not "{', JSON.stringify(conf)],
    ['a list without plugins', withoutPlugins, 'list.plugins must be an array', undefined],
    ['a list without cniVersion', withoutVersion, 'list.cniVersion must be a string', undefined],
    ['a list without its text', withoutBytes, 'list.bytes must be the JSON string of the list', undefined],
    ['a plugin that is null', { ...list, plugins: [null] }, 'not null', null],
    ['the list of a promise', Promise.resolve(list), 'await', expect.any(Promise)],
    ['an array', [list], 'not an array', [list]],
  ])('%s', async (_name, given, says, value) => {
    await expectRefusal(() => call(given), ['list', says], value);
  });
});

describe('a plugin configuration that networkPluginConfFromBytes() did not make is refused', () => {
  it.each<[string, (given: unknown) => Promise<unknown> | undefined]>([
    ['addNetwork', (given) => cni.addNetwork?.(given, rt)],
    ['checkNetwork', (given) => cni.checkNetwork?.(given, rt)],
    ['delNetwork', (given) => cni.delNetwork?.(given, rt)],
    ['validateNetwork', (given) => cni.validateNetwork?.(given)],
    ['getNetworkCachedResult', (given) => cni.getNetworkCachedResult?.(given, rt)],
    ['getNetworkCachedConfig', (given) => cni.getNetworkCachedConfig?.(given, rt)],
  ])('by %s', async (_, call) => {
    const says = ['networkPluginConfFromBytes()', 'plugin.network must be', 'not undefined'];
    await expectRefusal(() => call({ type: 'one', name: 'net' }), says, undefined);
    await expectRefusal(() => call({ network: plugin.network }), ['plugin.bytes must be'], undefined);
  });
});

/** Each method that takes what an attachment is made of, and options. */
const ofAttachment: [string, (given: unknown, options?: unknown) => Promise<unknown> | undefined][] = [
  ['addNetworkList', (given, options) => cni.addNetworkList?.(list, given, options)],
  ['checkNetworkList', (given, options) => cni.checkNetworkList?.(list, given, options)],
  ['delNetworkList', (given, options) => cni.delNetworkList?.(list, given, options)],
  ['addNetwork', (given, options) => cni.addNetwork?.(plugin, given, options)],
  ['checkNetwork', (given, options) => cni.checkNetwork?.(plugin, given, options)],
  ['delNetwork', (given, options) => cni.delNetwork?.(plugin, given, options)],
];

describe.each(ofAttachment)('%s', (_, call) => {
  it.each<[string, object, string, unknown]>([
    ['args that are an object', { args: { K: 'v' } }, 'rt.args must be an array', { K: 'v' }],
    ['an argument that is null', { args: [null] }, 'rt.args[0] must be a [key, value] pair', null],
    ['an argument that is no text', { args: [['K', 1]] }, 'rt.args[0]', ['K', 1]],
    ['capabilityArgs that are a string', { capabilityArgs: 'mac' }, 'rt.capabilityArgs', 'mac'],
    ['capabilityArgs that are an array', { capabilityArgs: [] }, 'rt.capabilityArgs', []],
    ['a cacheDir that is no text', { cacheDir: 5 }, 'rt.cacheDir', 5],
    ['a cacheDir with NUL', { cacheDir: '/a\0b' }, 'rt.cacheDir', '/a\0b'],
    [
      'a key that does not exist',
      { ifname: 'eth1' },
      'rt.ifname does not exist; did you mean ifName?',
      'eth1',
    ],
    ['no namespace', { netns: undefined }, 'rt.netns must be a path without NUL', undefined],
  ])('refuses %s', async (_name, more, says, value) => {
    await expectRefusal(() => call({ ...rt, ...more }), [says], value);
  });

  it.each<[string, unknown, string, unknown]>([
    ['options that are a number', 5, 'options must be an object, not 5', 5],
    [
      'an option that does not exist',
      { timeout: 500 },
      'options.timeout does not exist; did you mean timeoutMs?',
      500,
    ],
    ['one of the rollback', { rollback: { timeout: 5 } }, 'options.rollback.timeout does not exist', 5],
    ['a rollback that is a string', { rollback: 'no' }, 'options.rollback must be true, false or', 'no'],
    ['a signal that is none', { signal: new AbortController() }, 'signal', expect.any(AbortController)],
    ['a timeoutMs that is a string', { timeoutMs: '5' }, 'timeoutMs', '5'],
    ['a trace that is a string', { trace: traceparent }, 'trace must be', traceparent],
    ['NUL in tracestate', { trace: { traceparent, tracestate: 'a=\0' } }, 'trace.tracestate', 'a=\0'],
    ['NUL in baggage', { trace: { traceparent, baggage: 'a=\0' } }, 'trace.baggage', 'a=\0'],
    ['a baggage that is no text', { trace: { traceparent, baggage: {} } }, 'trace.baggage', {}],
  ])('refuses %s', async (_name, options, says, value) => {
    await expectRefusal(() => call(rt, options), [says], value);
  });

  it('takes null for left out', async () => {
    await plugins.cni.addNetworkList(list, rt);
    const nothing = { args: null, capabilityArgs: null, cacheDir: null };
    await call({ ...rt, ...nothing }, null);
    const noOptions = { signal: null, timeoutMs: null, trace: null, rollback: null, onResult: null };
    await call(rt, { ...noOptions, guard: null, prevResult: null });
    const calls = await plugins.folder.calls();
    expect(calls).toHaveLength(3);
    for (const { env } of calls) expect(env.CNI_ARGS).toBe('');
  });
});

it('a record is taken for the attachment that it is of, and for one that is valid', async () => {
  await plugins.cni.addNetworkList(list, rt);
  const records = await plugins.cni.getCachedAttachments();
  await plugins.cni.gcNetworkList(list, { validAttachments: records });
  expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  for (const record of records) await plugins.cni.delNetworkList(list, record);
  expect(await plugins.cni.getCachedAttachments()).toEqual([]);
});

it('args or capabilityArgs that are null leave a record that DEL takes down', async () => {
  await cni.addNetworkList?.(list, { ...rt, args: null, capabilityArgs: null });
  expect(await plugins.cni.getCachedAttachments()).toMatchObject([{ containerId: 'c1' }]);
  await plugins.cni.delNetworkList(list, rt);
  expect(await plugins.cni.getCachedAttachments()).toEqual([]);
});

it.each([
  ['a bigint', 10n],
  ['infinity', Number.POSITIVE_INFINITY],
])('capability arguments with %s are refused, though no plugin declares them', async (_, value) => {
  const capabilityArgs = { unused: [{ value }] };
  const add = () => cni.addNetworkList?.(list, { ...rt, capabilityArgs });
  await expectRefusal(add, ['capabilityArgs', '$.unused[0].value'], value);
});

it.each(['onResult', 'guard'])('%s that is not a function is refused before a plugin runs', async (name) => {
  await expectRefusal(() => cni.addNetworkList?.(list, rt, { [name]: 'x' }), [name], 'x');
});

describe('garbage collection', () => {
  it.each<[string, unknown, string, unknown]>([
    ['validAttachments that are null', { validAttachments: null }, 'validAttachments', null],
    ['validAttachments that are a string', { validAttachments: 'c1' }, 'validAttachments', expect.anything()],
    ['a valid attachment that is null', { validAttachments: [null] }, 'validAttachments[0]', null],
    ['a valid attachment that is a string', { validAttachments: [rt, 'c1'] }, 'validAttachments[1]', 'c1'],
    ['null', null, 'validAttachments', undefined],
  ])('refuses %s', async (_, args, says, value) => {
    await expectRefusal(() => cni.gcNetworkList?.(list, args), [says], value);
  });

  it('takes options that are null for left out', async () => {
    await cni.gcNetworkList?.(list, none, null);
    await cni.gcNetworkList?.(list, none, { concurrency: null, dryRun: null, timeoutMs: null });
    expect(await plugins.folder.order()).toEqual(['GC one', 'GC one']);
  });

  it('is planned by the same rule', async () => {
    const says = ['validAttachments[0]'];
    await expectRefusal(() => cni.plan?.('GC', list, null, { validAttachments: [null] }), says, null);
    await expect(cni.plan?.('GC', list, null, null)).resolves.toHaveLength(1);
  });
});

describe('calls without an attachment take options that are null for left out', () => {
  it.each<[string, () => Promise<unknown> | undefined]>([
    ['validateNetworkList', () => cni.validateNetworkList?.(list, null)],
    ['validateNetwork', () => cni.validateNetwork?.(plugin, null)],
    ['getVersionInfo', () => cni.getVersionInfo?.('one', null)],
  ])('%s', async (_, call) => {
    await plugins.folder.add('one', {
      VERSION: { stdout: '{"cniVersion":"1.1.0","supportedVersions":["1.1.0"]}' },
    });
    await expect(call()).resolves.toBeDefined();
  });

  it('getStatusNetworkList', async () => {
    await cni.getStatusNetworkList?.(list, null);
    expect(await plugins.folder.order()).toEqual(['STATUS one']);
  });
});

it('a plugin type that is not a string is refused', async () => {
  await expectRefusal(() => cni.getVersionInfo?.(5), ['plugin name 5'], 5);
});

it('folders to search that are a string are refused', async () => {
  const call = () => findInPath('one', plugins.folder.bin as never);
  await expectRefusal(call, ['paths must be an array of folders'], plugins.folder.bin);
});

it('a container id to list that is not a string is refused, and null means all containers', async () => {
  await expectRefusal(() => cni.getCachedAttachments?.(5), ['containerId must be a string, not 5'], 5);
  await plugins.cni.addNetworkList(listOfTypes(['one']), rt);
  await expect(cni.getCachedAttachments?.(null)).resolves.toHaveLength(1);
});

describe('the options of a CNIConfig', () => {
  const make = (given: unknown) => new CNIConfig(given as CNIConfigOptions);

  it.each<[string, unknown, string, unknown]>([
    ['are missing', undefined, 'options must be', undefined],
    ['have no path', {}, 'path must be an array of folders, not undefined', undefined],
    ['have a path that is a string', { path: '/opt/cni/bin' }, 'not "/opt/cni/bin"', '/opt/cni/bin'],
    ['have a folder that is no text', { path: ['/a', null] }, 'path[1]', null],
    ['have a folder with NUL', { path: ['/a\0'] }, 'path[0]', '/a\0'],
    ['have a cacheDir that is no text', { path: [], cacheDir: 5 }, 'cacheDir', 5],
    ['have an exec that is none', { path: [], exec: {} }, 'exec must be an Exec', {}],
  ])('that %s are refused', async (_, given, says, value) => {
    await expectRefusal(() => make(given), [says], value);
  });

  it('may be null where they may be left out', () => {
    expect(make({ path: ['/a'], cacheDir: null, exec: null }).path).toEqual(['/a']);
  });
});

describe('what is no text, configuration or folder is refused', () => {
  const unchecked = {
    confFiles,
    confFromBytes,
    confListFromConf,
    convertResult,
    createResult,
    injectConf,
    networkConfFromBytes,
    networkPluginConfFromBytes,
    networkPluginConfsFromFiles,
  } as unknown as Record<string, (...given: unknown[]) => unknown>;

  it.each<[string, unknown[], string, unknown]>([
    ['networkConfFromBytes', [conf], 'bytes must be JSON as a string or as UTF-8 bytes, not an object', conf],
    ['networkConfFromBytes', [undefined], 'bytes must be', undefined],
    ['networkConfFromBytes', [Promise.resolve('{}')], 'await', expect.any(Promise)],
    ['networkPluginConfFromBytes', [5], 'bytes must be', 5],
    ['confFromBytes', [null], 'bytes must be', null],
    ['confListFromConf', [undefined], 'plugin must be', undefined],
    ['confListFromConf', [{ type: 'one' }], 'plugin.network must be', undefined],
    ['injectConf', [undefined, {}], 'plugin must be', undefined],
    ['injectConf', [plugin, undefined], 'newValues must be an object', undefined],
    ['injectConf', [plugin, [1]], 'newValues must be an object', [1]],
    ['createResult', [undefined], 'text must be a JSON string', undefined],
    ['createResult', [5], 'text must be a JSON string', 5],
    ['createResult', [{}], 'text must be a JSON string', {}],
    ['convertResult', [null, '1.0.0'], 'result must be a result', null],
    ['convertResult', [undefined, '1.0.0'], 'result must be a result', undefined],
    ['convertResult', [[], '1.0.0'], 'result must be a result', []],
    ['confFiles', ['/', undefined], 'extensions must be an array', undefined],
    ['confFiles', ['/', '.conf'], 'extensions must be an array', '.conf'],
    ['confFiles', [undefined, ['.conf']], 'dir must be a path', undefined],
    ['networkPluginConfsFromFiles', [undefined, 'x'], 'confDir must be a path', undefined],
    ['networkPluginConfsFromFiles', ['/', 5], 'networkName must be a string', 5],
  ])('by %s: %j', async (name, given, says, value) => {
    await expectRefusal(async () => await unchecked[name]?.(...given), [says], value);
  });

  it('while bytes of any kind are taken', () => {
    const bytes = new TextEncoder().encode(plugin.bytes);
    for (const given of [Buffer.from(bytes), bytes, new DataView(bytes.buffer)])
      expect(unchecked.networkPluginConfFromBytes?.(given)).toEqual(plugin);
  });
});
