import { mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Exec, type LibcniWarning, networkConfFromBytes } from '../../src/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

let file: string;

const list = listOfTypes(['one']);

beforeEach(async () => {
  file = join(plugins.folder.cacheDir, 'results', 'net-c1-eth0');
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
});

async function writeEntry(content: unknown, name = 'net-c1-eth0'): Promise<void> {
  await mkdir(join(plugins.folder.cacheDir, 'results'), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(join(plugins.folder.cacheDir, 'results', name), text);
}

describe('a cache entry', () => {
  it('has the form that Go libcni writes', async () => {
    const args = [['A', '1']] as const;
    const capabilityArgs = { ips: ['10.0.0.9/8'] };
    await plugins.cni.addNetworkList(list, { ...rt, args, capabilityArgs });
    const text = await readFile(file, 'utf8');
    expect(JSON.parse(text)).toEqual({
      kind: 'cniCacheV1',
      containerId: 'c1',
      config: Buffer.from(list.bytes).toString('base64'),
      ifName: 'eth0',
      networkName: 'net',
      netns: '/run/netns/a',
      cniArgs: args,
      capabilityArgs,
      result: JSON.parse(resultText()),
    });
  });

  it('leaves out what is empty, as Go does', async () => {
    await plugins.cni.addNetworkList(list, { ...rt, netns: '', args: [], capabilityArgs: {} });
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')))).toEqual([
      'kind',
      'containerId',
      'config',
      'ifName',
      'networkName',
      'result',
    ]);
  });

  it('has U+FFFD instead of lone surrogates, as Go writes them', async () => {
    const own = { emoji: '\u{1f600}', literal: '\\ud800', odd: '\udfff' };
    const stdout = JSON.stringify({ cniVersion: '1.0.0', dns: { domain: '\ud800x' }, own });
    await plugins.folder.add('one', { ADD: { stdout } });
    await plugins.cni.addNetworkList(list, { ...rt, args: [['A', '\ud800']] });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      cniArgs: [['A', '\ufffd']],
      result: { dns: { domain: '\ufffdx' }, own: { ...own, odd: '\ufffd' } },
    });
  });

  it('is readable by its owner alone, and leaves no temporary file', async () => {
    await plugins.cni.addNetworkList(list, rt);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(plugins.folder.cacheDir, 'results'))).mode & 0o777).toBe(0o700);
    expect(await readdir(plugins.folder.cacheDir)).toEqual(['results']);
    expect(await readdir(join(plugins.folder.cacheDir, 'results'))).toEqual(['net-c1-eth0']);
  });

  it('gives back the configuration and arguments of ADD', async () => {
    await plugins.cni.addNetworkList(list, { ...rt, args: [['A', '1']], capabilityArgs: { mac: 'x' } });
    const found = await plugins.cni.getNetworkListCachedConfig(list, {
      ...rt,
      args: [['B', '2']],
      capabilityArgs: { 'x.y': 1 },
    });
    expect(found).toEqual({
      config: list.bytes,
      rt: { ...rt, args: [['A', '1']], capabilityArgs: { mac: 'x' } },
    });
  });

  it('without arguments keeps those of the caller but never the capability arguments', async () => {
    await plugins.cni.addNetworkList(list, rt);
    const found = await plugins.cni.getNetworkListCachedConfig(list, {
      ...rt,
      args: [['B', '2']],
      capabilityArgs: { 'x.y': 1 },
    });
    expect(found?.rt).toEqual({ ...rt, args: [['B', '2']], capabilityArgs: undefined });
  });

  it('that does not exist is not an error', async () => {
    expect(await plugins.cni.getNetworkListCachedResult(list, rt)).toBeUndefined();
    expect(await plugins.cni.getNetworkListCachedConfig(list, rt)).toBeUndefined();
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
  });

  it('gives the result in the version of the list', async () => {
    await plugins.cni.addNetworkList(list, rt);
    const asked = await plugins.cni.getNetworkListCachedResult({ ...list, cniVersion: '0.2.0' }, rt);
    expect(asked).toMatchObject({ cniVersion: '0.2.0', ip4: { ip: '10.1.0.2/24' } });
  });

  it('of the time before cniCacheV1 is a bare result', async () => {
    await writeEntry(resultText());
    expect(await plugins.cni.getNetworkListCachedResult(list, rt)).toEqual(JSON.parse(resultText()));
    await expect(plugins.cni.getNetworkListCachedConfig(list, rt)).rejects.toMatchObject({
      code: 'ERR_CACHE',
      file,
    });
  });

  it('of iSulad is read too', async () => {
    await writeEntry({
      kind: 'cniCacheV1',
      containerId: 'c1',
      config: list.bytes,
      ifName: 'eth0',
      networkName: 'net',
      cni_args: { IgnoreUnknown: '1', K8S_POD_NAME: 'p' },
      portMappings: [{ hostPort: 80, containerPort: 80, protocol: 'tcp' }],
      aliases: ['a'],
      result: JSON.parse(resultText()),
    });
    const found = await plugins.cni.getNetworkListCachedConfig(list, rt);
    expect(found?.config).toBe(list.bytes);
    expect(found?.rt.args).toEqual([
      ['IgnoreUnknown', '1'],
      ['K8S_POD_NAME', 'p'],
    ]);
    expect(found?.rt.capabilityArgs).toMatchObject({ aliases: ['a'], portMappings: [{ hostPort: 80 }] });
    expect(await plugins.cni.getNetworkListCachedResult(list, rt)).toEqual(JSON.parse(resultText()));
  });

  it('stays where it is when DEL is refused for its names', async () => {
    await plugins.cni.addNetworkList(list, rt);
    await writeFile(file, '{');
    const deleting = plugins.cni.delNetworkList(list, { ...rt, ifName: 'a/b' });
    await expect(deleting).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', verb: 'DEL' });
    expect(await readFile(file, 'utf8')).toBe('{');
  });

  it('is read whatever the case of its keys', async () => {
    await writeEntry({
      Kind: 'cniCacheV1',
      containerID: 'c1',
      ifname: 'eth0',
      NetworkName: 'net',
      config: '',
    });
    expect(await plugins.cni.getCachedAttachments('c1')).toMatchObject([
      { containerId: 'c1', network: 'net', ifName: 'eth0' },
    ]);
  });
});

describe('an unreadable cache entry', () => {
  const broken = [
    ['empty', ''],
    ['cut', '{"kind":"cniCacheV1","containerId":"c1","config":"e30='],
    ['no object', '[1]'],
    ['of another kind', '{"kind":"other"}'],
    ['with a broken result', '{"kind":"cniCacheV1","result":{"cniVersion":"1.0.0","ips":[{"address":"x"}]}}'],
    ['with an unknown version', '{"kind":"cniCacheV1","result":{"cniVersion":"9.9.9"}}'],
  ] as const;

  it.each(broken)('(%s) is set aside by DEL, which goes on', async (_, content) => {
    await writeEntry(content);
    const warnings: LibcniWarning[] = [];
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    await plugins.cni.delNetworkList(list, rt);
    expect(await plugins.folder.order()).toEqual(['DEL one']);
    expect(warnings).toMatchObject([{ code: 'CACHE_ENTRY_SET_ASIDE', network: 'net', containerId: 'c1' }]);
    expect(await readdir(join(plugins.folder.cacheDir, 'results'))).toEqual([]);
    const [kept = ''] = await readdir(join(plugins.folder.cacheDir, 'unreadable'));
    expect(kept).toMatch(/^net-c1-eth0\./);
    expect(await readFile(warnings[0]?.file ?? '', 'utf8')).toBe(content);
  });

  it.each(broken)('(%s) fails CHECK and look-ups with its file', async (_, content) => {
    await writeEntry(content);
    const unreadable = expect.objectContaining({ code: 'ERR_CACHE', file });
    await expect(plugins.cni.checkNetworkList(list, rt)).rejects.toThrow(unreadable);
    await expect(plugins.cni.getNetworkListCachedResult(list, rt)).rejects.toThrow(unreadable);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('does not appear among the attachments', async () => {
    await writeEntry('{');
    await writeEntry('{"kind":"cniCacheV1","containerId":"x"}', 'net-x-eth0');
    await plugins.cni.addNetworkList(list, { ...rt, containerId: 'c2' });
    expect((await plugins.cni.getCachedAttachments()).map(({ containerId }) => containerId)).toEqual(['c2']);
  });
});

describe('the attachments', () => {
  it('are listed in the order of their files, for one container or all', async () => {
    for (const containerId of ['b', 'a', 'a-b', 'ab'])
      await plugins.cni.addNetworkList(list, { ...rt, containerId });
    await plugins.cni.addNetworkList({ ...list, name: 'other' }, { ...rt, containerId: 'a' });
    const ids = async (id?: string) =>
      (await plugins.cni.getCachedAttachments(id)).map((a) => `${a.network} ${a.containerId}`);
    expect(await ids()).toEqual(['net a-b', 'net a', 'net ab', 'net b', 'other a']);
    expect(await ids('a')).toEqual(['net a', 'other a']);
    expect(await ids('b')).toEqual(['net b']);
    expect(await ids('none')).toEqual([]);
  });

  it('carry what is needed to detach them', async () => {
    await plugins.cni.addNetworkList(list, { ...rt, args: [['A', '1']], capabilityArgs: { ips: [] } });
    expect(await plugins.cni.getCachedAttachments()).toEqual([
      {
        containerId: 'c1',
        network: 'net',
        ifName: 'eth0',
        config: list.bytes,
        netns: '/run/netns/a',
        cniArgs: [['A', '1']],
        capabilityArgs: { ips: [] },
      },
    ]);
  });

  it('cannot be listed from something that is not a folder', async () => {
    await writeFile(plugins.folder.cacheDir, '');
    await expect(plugins.cni.getCachedAttachments()).rejects.toMatchObject({ code: 'ERR_CACHE' });
  });
});

it('uses the folder of the attachment if it has none of its own', async () => {
  const { CNIConfig } = await import('../../src/index.js');
  const own = new CNIConfig({ path: [plugins.folder.bin] });
  await own.addNetworkList(list, { ...rt, cacheDir: plugins.folder.cacheDir });
  expect(await readdir(join(plugins.folder.cacheDir, 'results'))).toEqual(['net-c1-eth0']);
});

describe('an attachment whose cache file is that of another', () => {
  const dashed = listOfTypes(['one'], { name: 'net-a' });
  const other = { ...rt, containerId: 'b' };
  const same = { ...rt, containerId: 'a-b' };

  beforeEach(async () => {
    await plugins.cni.addNetworkList(dashed, other);
    file = join(plugins.folder.cacheDir, 'results', 'net-a-b-eth0');
  });

  it('is refused before a plugin runs, and leaves the record', async () => {
    const recorded = await readFile(file, 'utf8');
    const adding = plugins.cni.addNetworkList(list, same, { rollback: { evenIfRecorded: true } });
    await expect(adding).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      verb: 'ADD',
      network: 'net',
      containerId: 'a-b',
      file,
      message: expect.stringContaining('container b on network net-a and interface eth0'),
    });
    expect(await plugins.folder.order()).toEqual(['ADD one']);
    expect(await readFile(file, 'utf8')).toBe(recorded);
  });

  it('has no record of its own', async () => {
    expect(await plugins.cni.getNetworkListCachedResult(list, same)).toBeUndefined();
    expect(await plugins.cni.getNetworkListCachedConfig(list, same)).toBeUndefined();
  });

  it('is taken down without the result of the other, whose record stays', async () => {
    const warnings: LibcniWarning[] = [];
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    await plugins.cni.delNetworkList(list, same);
    const [, del] = await plugins.folder.calls();
    expect(JSON.parse(del?.stdin ?? '')).not.toHaveProperty('prevResult');
    expect(warnings).toMatchObject([
      { code: 'CACHE_ENTRY_OF_ANOTHER', network: 'net', containerId: 'a-b', file },
    ]);
    expect(await plugins.cni.getNetworkListCachedResult(dashed, other)).toBeDefined();
  });
});

describe('the size of an entry', () => {
  it('may be that of any configuration, which is read back as it is', async () => {
    const large = listOfTypes(['one'], { own: 'x'.repeat(4_000_000) });
    await plugins.cni.addNetworkList(large, rt);
    expect((await plugins.cni.getNetworkListCachedConfig(large, rt))?.config).toBe(large.bytes);
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  });

  const MIB = 1024 * 1024;

  it('beyond 32 MiB keeps it from being read: listing passes over it, DEL sets it aside', async () => {
    const warnings: LibcniWarning[] = [];
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    await writeEntry('');
    await truncate(file, 400 * MIB);
    const start = performance.now();
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
    const why = /larger than 32 MiB/;
    await expect(plugins.cni.getNetworkListCachedResult(list, rt)).rejects.toThrow(why);
    await plugins.cni.delNetworkList(list, rt);
    expect(performance.now() - start).toBeLessThan(3000);
    expect(warnings).toMatchObject([{ code: 'CACHE_ENTRY_SET_ASIDE', message: expect.stringMatching(why) }]);
    expect(await readdir(join(plugins.folder.cacheDir, 'results'))).toEqual([]);
  });

  it('may be that of the largest result and the largest configuration file', async () => {
    const conf = {
      cniVersion: '1.0.0',
      name: 'net',
      plugins: [{ type: 'one', text: 'x'.repeat(MIB - 100) }],
    };
    const large = networkConfFromBytes(JSON.stringify(conf));
    const result = { cniVersion: '1.0.0', text: 'y'.repeat(16 * MIB - 100) };
    await using own = plugins.folder.cni(printing(JSON.stringify(result)));
    await own.addNetworkList(large, rt);
    expect((await stat(file)).size).toBeGreaterThan(17 * MIB);
    expect(await own.getNetworkListCachedResult(large, rt)).toEqual(result);
    expect(await own.getCachedAttachments()).toMatchObject([{ containerId: 'c1' }]);
  });

  it('that could not be read again is refused, and the ADD rolled back', async () => {
    const capabilityArgs = { text: 'x'.repeat(33 * MIB) };
    const adding = plugins.cni.addNetworkList(list, { ...rt, capabilityArgs });
    await expect(adding).rejects.toMatchObject({ code: 'ERR_CACHE', rollbackErrors: [] });
    await expect(adding).rejects.toThrow(/larger than 32 MiB/);
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
  });
});

/** An `Exec` of which every plugin prints this. */
function printing(stdout: string): Exec {
  return { execPlugin: async () => stdout, findInPath: async (plugin) => `/${plugin}` };
}
