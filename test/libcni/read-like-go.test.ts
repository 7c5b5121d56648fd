import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CNIConfig,
  createResult,
  networkConfFromBytes,
  networkPluginConfFromBytes,
} from '../../src/index.js';
import { parsePluginResult } from '../../src/libcni/plugin-result.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libcni-read-'));
  await mkdir(join(folder, 'results'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  [['1.1', '1.1.0'], '1.1'],
  [['0.2.0', '1.1.0', '1.1'], '1.1.0'],
  [['+1.0.0', '1.0.0', '1.0.0', '0.3.0'], '+1.0.0'],
])('of equal versions %j the one that stands first is spoken', (cniVersions, spoken) => {
  expect(networkConfFromBytes(JSON.stringify({ name: 'net', cniVersions })).cniVersion).toBe(spoken);
});

test('of equal versions one of the list goes before cniVersion', () => {
  const text = JSON.stringify({ name: 'net', cniVersion: '1.0.0', cniVersions: ['1.0'] });
  expect(networkConfFromBytes(text).cniVersion).toBe('1.0');
});

test('null among the texts of resolver settings is an empty text', () => {
  const result = createResult('{"cniVersion":"1.0.0","dns":{"search":["x",null]}}');
  expect(result.dns).toEqual({ search: ['x', ''] });
});

test('a capability named __proto__ is checked like any other', () => {
  const conf = '{"type":"a","capabilities":{"__proto__":{"a":null}}}';
  const problem = expect.objectContaining({ code: 'ERR_CONF_INVALID', jsonPath: '$.capabilities.__proto__' });
  expect(() => networkPluginConfFromBytes(conf)).toThrow(problem);
});

test('a cached capability argument named __proto__ is kept', async () => {
  const entry =
    '{"kind":"cniCacheV1","containerId":"c1","config":"","ifName":"eth0","networkName":"net","capabilityArgs":{"__proto__":5}}';
  await writeFile(join(folder, 'results', 'net-c1-eth0'), entry);
  await using cni = new CNIConfig({ path: [], cacheDir: folder });
  const [attachment] = await cni.getCachedAttachments();
  expect(JSON.stringify(attachment?.capabilityArgs)).toBe('{"__proto__":5}');
});

test.each(['{"IPAM":{"TYPE":"host-local"}}', '{"ipam":{"Type":"host-local"}}'])(
  'keys inside ipam are told apart without regard to case, as in %s',
  (text) => {
    const { network } = networkPluginConfFromBytes(`{"type":"a",${text.slice(1)}`);
    expect(network.ipam).toEqual({ type: 'host-local' });
    const wrong = text.replace('"host-local"', '5').slice(1);
    expect(() => networkPluginConfFromBytes(`{"type":"a",${wrong}`)).toThrow(
      expect.objectContaining({ jsonPath: '$.ipam.type' }),
    );
  },
);

test('keys inside dns are matched without regard to case', () => {
  const { network } = networkPluginConfFromBytes('{"type":"a","dns":{"SEARCH":["x"]}}');
  expect(network.dns).toEqual({ search: ['x'] });
});

async function withEntry<Value>(entry: string, run: (cni: CNIConfig) => Promise<Value>): Promise<Value> {
  await writeFile(join(folder, 'results', 'net-c1-eth0'), entry);
  await using cni = new CNIConfig({ path: [], cacheDir: folder });
  return await run(cni);
}

const list = networkConfFromBytes('{"cniVersion":"1.0.0","name":"net"}');
const rt = { containerId: 'c1', netns: '', ifName: 'eth0' };

test('what a cached argument has beyond its value may be of any kind', async () => {
  const entry = '{"kind":"cniCacheV1","config":"","cniArgs":[["A","1",true,{}]]}';
  const cached = await withEntry(entry, (cni) => cni.getNetworkListCachedConfig(list, rt));
  expect(cached?.rt.args).toEqual([['A', '1']]);
  const wrong = withEntry(entry.replace('"1"', '1'), (cni) => cni.getNetworkListCachedConfig(list, rt));
  await expect(wrong).rejects.toMatchObject({ code: 'ERR_CACHE' });
});

test('cached arguments may lack a value or have one too many', async () => {
  const entry = '{"kind":"cniCacheV1","config":"","cniArgs":[["A"],["B","1","x"],null,[null,"2"]]}';
  const cached = await withEntry(entry, (cni) => cni.getNetworkListCachedConfig(list, rt));
  expect(cached?.rt.args).toEqual([
    ['A', ''],
    ['B', '1'],
    ['', ''],
    ['', '2'],
  ]);
});

test.each([
  ['base64 with line breaks', '"ey\\nJ9\\r\\n"', '{"}'],
  ['a list of bytes', '[123,125]', '{}'],
  ['a list in which null stands for 0', '[123,null,125]', '{\0}'],
  ['an empty list', '[]', ''],
])('the configuration of an entry may be %s', async (_, config, text) => {
  const entry = `{"kind":"cniCacheV1","config":${config}}`;
  const cached = await withEntry(entry, (cni) => cni.getNetworkListCachedConfig(list, rt));
  expect(cached?.config).toBe(text);
});

test.each(['[256]', '[-1]', '[1.5]', '["a"]', '[true]', '{}', '5'])(
  'an entry with the configuration %s is unreadable',
  async (config) => {
    const entry = `{"kind":"cniCacheV1","config":${config}}`;
    const read = withEntry(entry, (cni) => cni.getNetworkListCachedConfig(list, rt));
    await expect(read).rejects.toMatchObject({ code: 'ERR_CACHE' });
  },
);

test('an entry of another kind is no result of old, however its key is spelled', async () => {
  const read = withEntry('{"Kind":"other"}', (cni) => cni.getNetworkListCachedResult(list, rt));
  await expect(read).rejects.toMatchObject({ code: 'ERR_CACHE' });
});

test('a cached number beyond the range of a double makes the entry unreadable', async () => {
  const entry = '{"kind":"cniCacheV1","config":"","result":{"cniVersion":"1.0.0","own":1e400}}';
  const read = withEntry(entry, (cni) => cni.getNetworkListCachedResult(list, rt));
  await expect(read).rejects.toMatchObject({ code: 'ERR_CACHE' });
});

test('a printed number beyond the range of a double makes the result invalid', async () => {
  const parsing = parsePluginResult('{"cniVersion":"1.0.0","own":1e400}', '1.0.0', {});
  await expect(parsing).rejects.toMatchObject({ name: 'PluginError', reason: 'bad-output' });
});

test.each([
  ['of a key', '{"type":"bridge","TYPE":"x"}', { type: 'bridge' }],
  ['of a nested key', '{"type":"b","ipam":{"type":"y","TYPE":"x"}}', { type: 'b', ipam: { type: 'y' } }],
  ['of a key of an object', '{"type":"b","ipam":{"type":"y"},"IPAM":{}}', { type: 'b', ipam: { type: 'y' } }],
])(
  'of two spellings %s in a list, the one that stands last in the text for the plugin counts',
  (_, text, network) => {
    const conf = networkConfFromBytes(`{"name":"net","plugins":[${text}]}`);
    expect(conf.plugins[0]?.network).toEqual(network);
    expect(JSON.parse(conf.plugins[0]?.bytes ?? '')).toEqual(JSON.parse(text));
  },
);

test('a lone surrogate in a list is what the text for the plugin has in its place', () => {
  const conf = networkConfFromBytes('{"name":"net","plugins":[{"type":"bridge\\ud800"}]}');
  expect(conf.plugins[0]).toEqual({ network: { type: 'bridge\uFFFD' }, bytes: '{"type":"bridge\uFFFD"}' });
});
