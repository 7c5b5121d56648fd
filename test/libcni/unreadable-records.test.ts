import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LibcniWarning } from '../../src/index.js';
import { listOfTypes, resultText } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const list = listOfTypes(['one']);
const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

let warnings: LibcniWarning[];

const inCache = (...names: string[]) => join(plugins.folder.cacheDir, ...names);
const records = () => readdir(inCache('results'));

beforeEach(async () => {
  warnings = [];
  plugins.cni.on('warning', (warning) => warnings.push(warning));
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
});

async function writeRecord(text: string, name = 'net-c1-eth0'): Promise<void> {
  await mkdir(inCache('results'), { recursive: true });
  await writeFile(inCache('results', name), text);
}

/** What lies aside, by what the warnings say. */
async function textsAside(): Promise<string[]> {
  const files = warnings.filter(({ code }) => code === 'CACHE_ENTRY_SET_ASIDE').map(({ file = '' }) => file);
  return await Promise.all(files.map((file) => readFile(file, 'utf8')));
}

const broken = ['', '[1]', '{"kind":"other"}', '{"kind":"cniCacheV1","result":{"cniVersion":"9.9.9"}}'];

describe.each(['0.3.1', '1.2.0'])('DEL of version %s, which has no use for a result,', (cniVersion) => {
  const old = listOfTypes(['one'], { cniVersion });

  it.each(broken)('sets a record aside that cannot be read: %s', async (text) => {
    await writeRecord(text);
    await plugins.cni.delNetworkList(old, rt);
    expect(await plugins.folder.order()).toEqual(['DEL one']);
    expect(warnings).toMatchObject([{ code: 'CACHE_ENTRY_SET_ASIDE', network: 'net', containerId: 'c1' }]);
    expect([await textsAside(), await records()]).toEqual([[text], []]);
  });

  it('leaves the record in its place where it fails', async () => {
    await plugins.folder.add('one', { DEL: failure });
    await writeRecord('');
    await expect(plugins.cni.delNetworkList(old, rt)).rejects.toMatchObject({ code: 100 });
    expect([warnings, await readdir(plugins.folder.cacheDir)]).toEqual([[], ['results']]);
  });
});

describe('a record that cannot be read', () => {
  it.each(['1.0.0', '0.3.1'])(
    'is set aside by DEL of %s though its name is as long as can be',
    async (version) => {
      const long = { ...rt, containerId: 'c'.repeat(255 - 'net--eth0'.length) };
      await writeRecord('{', `net-${long.containerId}-eth0`);
      await plugins.cni.delNetworkList(listOfTypes(['one'], { cniVersion: version }), long);
      expect([await textsAside(), await records()]).toEqual([['{'], []]);
    },
  );

  it.each(['1.0.0', '0.3.1'])('and cannot be moved stays, and DEL of %s says so', async (cniVersion) => {
    await writeRecord('{');
    await writeFile(inCache('unreadable'), 'a file where the folder should be');
    await plugins.cni.delNetworkList(listOfTypes(['one'], { cniVersion }), rt);
    expect(await plugins.folder.order()).toEqual(['DEL one']);
    expect(await readFile(inCache('results', 'net-c1-eth0'), 'utf8')).toBe('{');
    expect(warnings).toMatchObject([
      {
        code: 'CACHE_ENTRY_NOT_SET_ASIDE',
        file: inCache('results', 'net-c1-eth0'),
        message: expect.stringMatching(/could not be moved \(EEXIST.*stays/),
      },
    ]);
  });

  it.each(broken)('is set aside by an ADD that succeeds: %s', async (text) => {
    await writeRecord(text);
    await plugins.cni.addNetworkList(list, rt);
    expect(warnings).toMatchObject([{ code: 'CACHE_ENTRY_SET_ASIDE', network: 'net', ifName: 'eth0' }]);
    expect(await textsAside()).toEqual([text]);
    expect(await plugins.cni.getNetworkListCachedResult(list, rt)).toEqual(JSON.parse(resultText()));
  });

  it('and cannot be moved is replaced by ADD, which says so', async () => {
    await writeRecord('{');
    await writeFile(inCache('unreadable'), '');
    await plugins.cni.addNetworkList(list, rt);
    expect(warnings).toMatchObject([
      { code: 'CACHE_ENTRY_NOT_SET_ASIDE', message: expect.stringMatching(/could not be moved.*replaced/) },
    ]);
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  });

  it('is left alone by an ADD that fails, which does not claim to know the attachment', async () => {
    await plugins.folder.add('one', { ADD: failure });
    await writeRecord('{');
    await expect(plugins.cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 100 });
    expect(await plugins.folder.order()).toEqual(['ADD one']);
    const [warning, ...more] = warnings;
    expect([warning?.code, more]).toEqual(['ROLLBACK_SKIPPED', []]);
    expect(warning?.message).toMatch(/it is unknown whether the attachment existed before.*unreadable/);
    expect(warning?.message).toContain(inCache('results', 'net-c1-eth0'));
    expect(await readFile(inCache('results', 'net-c1-eth0'), 'utf8')).toBe('{');
  });

  it('is set aside by a rollback at the word of the caller', async () => {
    await plugins.folder.add('one', { ADD: failure });
    await writeRecord('{');
    const adding = plugins.cni.addNetworkList(list, rt, { rollback: { evenIfRecorded: true } });
    await expect(adding).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
    expect([await textsAside(), await records()]).toEqual([['{'], []]);
  });
});

it('a readable record is replaced by ADD and removed by DEL of any version without a warning', async () => {
  for (const cniVersion of ['0.3.1', '1.0.0', '1.2.0']) {
    const some = listOfTypes(['one'], { cniVersion });
    await plugins.cni.addNetworkList(some, rt);
    await plugins.cni.addNetworkList(some, rt);
    await plugins.cni.delNetworkList(some, rt);
    expect([warnings, await readdir(plugins.folder.cacheDir), await records()]).toEqual([
      [],
      ['results'],
      [],
    ]);
  }
});
