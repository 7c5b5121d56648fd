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
