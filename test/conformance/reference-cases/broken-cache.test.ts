import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { confFromBytes } from '../../../src/index.js';
import { resultText } from '../../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const single = confFromBytes('{"cniVersion":"1.0.0","name":"net","type":"one"}');

/** No JSON, an entry that is cut short, and one whose result is none. */
const broken = ['adfadsfasdfasfdsafaf', '{"kind":"cniCacheV1"', '{"kind":"cniCacheV1","result":"xxx"}'];

async function writeEntry(text: string): Promise<string> {
  const folder = join(plugins.folder.cacheDir, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'net-c1-eth0'), text);
  return join(folder, 'net-c1-eth0');
}

test.each([
  ['before ADD', false],
  ['made while the plugin runs', true],
])('ADD of a single plugin fails if a file is in the place of the results folder, %s', async (_, isLate) => {
  await mkdir(plugins.folder.cacheDir);
  const place = join(plugins.folder.cacheDir, 'results');
  if (!isLate) await writeFile(place, 'x');
  const shell = isLate ? `printf x > '${place}'` : '';
  await plugins.folder.add('one', { ADD: { stdout: resultText(), shell } });
  const adding = plugins.cni.addNetwork(single, rt, { rollback: false });
  await expect(adding).rejects.toMatchObject({ code: 'ERR_CACHE', network: 'net', containerId: 'c1' });
  expect(await readFile(place, 'utf8')).toBe('x');
});

test.each(broken)('CHECK of a single plugin fails at the cache entry %j, with its file', async (text) => {
  await plugins.folder.add('one');
  const file = await writeEntry(text);
  await expect(plugins.cni.checkNetwork(single, rt)).rejects.toMatchObject({ code: 'ERR_CACHE', file });
  expect(await plugins.folder.calls()).toEqual([]);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test.each(broken)('DEL of a single plugin goes on without the cache entry %j', async (text) => {
  await plugins.folder.add('one');
  await writeEntry(text);
  await plugins.cni.delNetwork(single, rt);
  const stdins = (await plugins.folder.calls()).map(({ verb, stdin }) => ({ verb, ...JSON.parse(stdin) }));
  expect(stdins).toEqual([{ verb: 'DEL', cniVersion: '1.0.0', name: 'net', type: 'one' }]);
  expect(await readdir(join(plugins.folder.cacheDir, 'results'))).toEqual([]);
});
