import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  confFromBytes,
  confFromFile,
  injectConf,
  loadConf,
  loadNetworkConf,
  networkConfFromFile,
  networkPluginConfFromBytes,
} from '../../../src/index.js';

let dir = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'reference-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function write(path: string, conf: unknown): Promise<string> {
  const file = join(dir, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof conf === 'string' ? conf : JSON.stringify(conf));
  return file;
}

const single = { name: 'net', type: 'bridge', key: 'value' };
const inlined = { name: 'net', cniVersion: '1.0.0', plugins: [{ type: 'bridge' }] };

test.each(['a.conf', 'a.json'])('a single configuration is found in %s', async (file) => {
  await write(file, single);
  expect(await loadConf(dir, 'net')).toEqual({ network: single, bytes: JSON.stringify(single) });
});

test('an empty folder, a missing name and a broken file have different errors for single configurations', async () => {
  await expect(loadConf(dir, 'net')).rejects.toMatchObject({ code: 'ERR_NO_CONFIGS', file: dir });
  await write('a.conf', { name: 'other', type: 'x' });
  await expect(loadConf(dir, 'net')).rejects.toMatchObject({ code: 'ERR_CONF_NOT_FOUND', value: 'net' });
  const broken = await write('a.conf', '{ not json');
  await expect(loadConf(dir, 'net')).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', file: broken });
});

test('configurations in folders below are not found', async () => {
  await write('sub/a.conf', single);
  await write('sub/a.conflist', inlined);
  await expect(loadConf(dir, 'net')).rejects.toMatchObject({ code: 'ERR_NO_CONFIGS' });
  await expect(loadNetworkConf(dir, 'net')).rejects.toMatchObject({ code: 'ERR_NO_CONFIGS' });
});

test('a list goes before a single configuration of the same name, which is the fallback', async () => {
  await write('a.conf', single);
  expect((await loadNetworkConf(dir, 'net')).plugins[0]?.network.key).toBe('value');
  await write('b.conflist', inlined);
  expect((await loadNetworkConf(dir, 'net')).plugins[0]?.network).toEqual({ type: 'bridge' });
});

test('a configuration that cannot be opened, or has no type, says so', async () => {
  const missing = join(dir, 'absent.conf');
  await expect(confFromFile(missing)).rejects.toMatchObject({ code: 'ERR_CONF_NOT_FOUND', file: missing });
  await expect(networkConfFromFile(missing)).rejects.toMatchObject({ code: 'ERR_CONF_NOT_FOUND' });
  const file = await write('a.conf', { name: 'net' });
  await expect(confFromFile(file)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', jsonPath: '$.type' });
  expect(() => networkPluginConfFromBytes('{"name":"net"}')).toThrow(/type/);
});

test('a list of its own plugins needs no drop-in folder, and may have an empty one', async () => {
  const file = await write('a.conflist', inlined);
  expect((await networkConfFromFile(file)).plugins).toHaveLength(1);
  await mkdir(join(dir, 'net'));
  expect((await networkConfFromFile(file)).plugins).toHaveLength(1);
});

test('a list without plugins of its own is made of its drop-in folder, and is refused without one', async () => {
  const file = await write('a.conflist', { name: 'net', cniVersion: '1.0.0' });
  await expect(networkConfFromFile(file)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  await write('net/1.conf', { type: 'tuning' });
  const list = await networkConfFromFile(file);
  expect(list.plugins.map(({ network }) => network.type)).toEqual(['tuning']);
  expect(list.loadOnlyInlinedPlugins).toBe(false);
});

test('capabilities are read', () => {
  const conf = confFromBytes('{"type":"a","capabilities":{"portMappings":true,"somethingElse":false}}');
  expect(conf.network.capabilities).toEqual({ portMappings: true, somethingElse: false });
});

test('injected values are added, replace what is there, or stay the same, and can be objects', () => {
  const conf = confFromBytes('{"name":"net","type":"bridge"}');
  expect(injectConf(conf, { test: 'test' }).network).toEqual({ name: 'net', type: 'bridge', test: 'test' });
  expect(injectConf(injectConf(conf, { test: 'a' }), { test: 'b' }).network.test).toBe('b');
  expect(injectConf(conf, { name: 'net' })).toEqual(conf);
  const dns = { nameservers: ['1.1.1.1'] };
  expect(injectConf(conf, { dns }).network.dns).toEqual(dns);
});

test('nothing is injected into something that is not JSON', () => {
  const broken = { network: { type: 'bridge' }, bytes: 'cc{"name":"net"}' };
  expect(() => injectConf(broken, { a: 1 })).toThrow(expect.objectContaining({ code: 'ERR_CONF_INVALID' }));
});
