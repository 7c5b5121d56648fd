import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CNIConfig, confFromBytes, networkConfFromBytes, PluginError } from '../../../src/index.js';
import { ScriptedExec } from '../harness/scripted-exec.js';

const rt = { containerId: 'c1', netns: '/run/netns/x', ifName: 'eth0' };
const result = '{"cniVersion":"1.0.0","ips":[{"address":"10.1.0.5/16"}]}';
const failure = new PluginError({ reason: 'reported', code: 5, msg: 'plugin says no' });

function listOf(cniVersion: string, ...types: string[]) {
  const plugins = types.map((type) => ({ type }));
  return networkConfFromBytes(JSON.stringify({ cniVersion, name: 'net', plugins }));
}

const single = confFromBytes('{"cniVersion":"1.0.0","name":"net","type":"one"}');
const list = listOf('1.0.0', 'one', 'two', 'three');
let cacheDir = '';
let exec: ScriptedExec;
let cni: CNIConfig;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'reference-'));
  exec = new ScriptedExec({ ADD: result });
  cni = new CNIConfig({ path: ['/plugins'], cacheDir, exec });
});

afterEach(async () => {
  await cni[Symbol.asyncDispose]();
  await rm(cacheDir, { recursive: true });
});

async function writeEntry(text: string): Promise<void> {
  await mkdir(join(cacheDir, 'results'), { recursive: true });
  await writeFile(join(cacheDir, 'results', 'net-c1-eth0'), text);
}

function entry(cached: unknown): string {
  return JSON.stringify({
    kind: 'cniCacheV1',
    containerId: 'c1',
    ifName: 'eth0',
    networkName: 'net',
    result: cached,
  });
}

const verbs = {
  ADD: () => cni.addNetwork(single, rt),
  CHECK: () => cni.checkNetwork(single, rt),
  DEL: () => cni.delNetwork(single, rt),
} as const;

test.each(['ADD', 'CHECK', 'DEL'] as const)(
  'what a single plugin reports on %s is passed on',
  async (verb) => {
    exec.script = { [verb]: failure };
    await expect(verbs[verb]()).rejects.toMatchObject({
      code: 5,
      msg: 'plugin says no',
      verb,
      plugin: 'one',
    });
  },
);

test('CHECK and DEL pass a cached result on as prevResult', async () => {
  await writeEntry(entry(JSON.parse(result)));
  await cni.checkNetwork(single, rt);
  await cni.delNetwork(single, rt);
  expect(exec.prevResults()).toEqual([JSON.parse(result), JSON.parse(result)]);
});

test('CHECK and DEL pass on a cached result that is converted to the version of the configuration', async () => {
  const old = { cniVersion: '0.4.0', ips: [{ version: '4', address: '10.1.0.5/16' }], dns: {} };
  await writeEntry(entry(old));
  await cni.checkNetwork(single, rt);
  await cni.delNetwork(single, rt);
  expect(exec.prevResults()).toEqual([JSON.parse(result), JSON.parse(result)]);
});

test('a cached result that cannot be converted fails CHECK, and DEL goes on without it', async () => {
  await writeEntry(entry({ cniVersion: '0.9.9' }));
  await expect(cni.checkNetwork(single, rt)).rejects.toMatchObject({ code: 'ERR_CACHE' });
  await cni.delNetwork(single, rt);
  expect(exec.order()).toEqual(['DEL one']);
  expect(exec.prevResults()).toEqual([undefined]);
});

test('CHECK of a single plugin before 0.4.0 is refused', async () => {
  const old = confFromBytes('{"cniVersion":"0.3.1","name":"net","type":"one"}');
  await expect(cni.checkNetwork(old, rt)).rejects.toMatchObject({ code: 'ERR_CHECK_UNSUPPORTED' });
});

test('DEL of a single plugin before 0.4.0 passes no result on', async () => {
  await writeEntry(entry(JSON.parse(result)));
  await cni.delNetwork(confFromBytes('{"cniVersion":"0.3.1","name":"net","type":"one"}'), rt);
  expect(exec.prevResults()).toEqual([undefined]);
});

test('the first DEL removes result and configuration from the cache, and a second one runs without them', async () => {
  await cni.addNetwork(single, rt);
  await cni.delNetwork(single, rt);
  expect(await cni.getNetworkCachedResult(single, rt)).toBeUndefined();
  expect(await cni.getNetworkCachedConfig(single, rt)).toBeUndefined();
  await cni.delNetwork(single, rt);
  expect(exec.prevResults().slice(1)).toEqual([JSON.parse(result), undefined]);
});

test('an ADD whose second plugin fails leaves no cache file', async () => {
  exec.script = { ADD: result, 'ADD two': failure };
  await expect(cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 5, plugin: 'two' });
  expect(await readdir(cacheDir)).toEqual([]);
});

test.each(['CHECK', 'DEL'] as const)('%s of a list ends at the second plugin if that fails', async (verb) => {
  exec.script = { [`${verb} two`]: failure };
  const run = verb === 'CHECK' ? cni.checkNetworkList(list, rt) : cni.delNetworkList(list, rt);
  await expect(run).rejects.toMatchObject({ code: 5, plugin: 'two' });
  expect(exec.runs).toHaveLength(2);
});

test('attachments of a container to one network through several interfaces have a cache file each', async () => {
  await cni.addNetworkList(list, rt);
  exec.script = { ADD: result.replace('10.1.0.5', '10.1.0.6') };
  await cni.addNetworkList(list, { ...rt, ifName: 'eth1' });
  expect((await readdir(join(cacheDir, 'results'))).sort()).toEqual(['net-c1-eth0', 'net-c1-eth1']);
  const first = await cni.getNetworkListCachedResult(list, rt);
  const second = await cni.getNetworkListCachedResult(list, { ...rt, ifName: 'eth1' });
  expect([first?.ips, second?.ips]).toEqual([[{ address: '10.1.0.5/16' }], [{ address: '10.1.0.6/16' }]]);
});

test.each([
  ['network name', { name: '' }, {}],
  ['container id', {}, { containerId: '' }],
  ['interface name', {}, { ifName: '' }],
])('the cache is not read without a %s', async (_, inList, inRuntime) => {
  const [network, attachment] = [
    { ...list, ...inList },
    { ...rt, ...inRuntime },
  ];
  const refused = { code: 'ERR_CONF_INVALID' };
  await expect(cni.getNetworkListCachedConfig(network, attachment)).rejects.toMatchObject(refused);
  await expect(cni.getNetworkListCachedResult(network, attachment)).rejects.toMatchObject(refused);
});

test('a cached configuration that is not JSON is an error, and a missing one is not', async () => {
  expect(await cni.getNetworkListCachedConfig(list, rt)).toBeUndefined();
  await writeEntry('adfadsfasdfasfdsafaf');
  await expect(cni.getNetworkListCachedConfig(list, rt)).rejects.toMatchObject({ code: 'ERR_CACHE' });
});

test('a configuration without a version is validated as one of 0.1.0', async () => {
  exec.script = { VERSION: '{"cniVersion":"1.0.0","supportedVersions":["0.1.0"]}' };
  expect(await cni.validateNetwork(confFromBytes('{"name":"net","type":"one"}'))).toEqual([]);
  await expect(cni.validateNetwork(single)).rejects.toMatchObject({ code: 'ERR_VERSION', plugin: 'one' });
});

test('a result without a version is of 0.1.0 if the configuration names none either', async () => {
  exec.script = { ADD: '{"ip4":{"ip":"10.1.2.3/24"}}' };
  const added = await cni.addNetwork(confFromBytes('{"name":"net","type":"one"}'), rt);
  expect(added).toEqual({ cniVersion: '0.1.0', ip4: { ip: '10.1.2.3/24' }, dns: {} });
});

test('the cache file of an attachment holds its configuration and its result', async () => {
  await cni.addNetworkList(list, rt);
  const written = JSON.parse(await readFile(join(cacheDir, 'results', 'net-c1-eth0'), 'utf8'));
  expect(Buffer.from(written.config, 'base64').toString()).toBe(list.bytes);
  expect(written.result).toEqual(JSON.parse(result));
});
