import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  confFiles,
  confListFromConf,
  injectConf,
  loadConf,
  loadNetworkConf,
  networkConfFromBytes,
  networkConfFromFile,
  networkPluginConfFromBytes,
  networkPluginConfsFromFiles,
} from '../../src/index.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'libcni-conf-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function write(name: string, content: unknown): Promise<string> {
  const file = join(dir, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const invalid = (more: object = {}) => expect.objectContaining({ code: 'ERR_CONF_INVALID', ...more });

describe('a configuration list', () => {
  it('is parsed with its text and unknown keys kept', () => {
    const text =
      '{ "cniVersion": "1.0.0", "name": "n", "x-own": 1, "plugins": [ { "type": "a", "own": [1] } ] }';
    const list = networkConfFromBytes(text);
    expect(list).toMatchObject({ name: 'n', cniVersion: '1.0.0', disableCheck: false, disableGC: false });
    expect(list.bytes).toBe(text);
    expect(list.plugins[0]?.network).toEqual({ type: 'a', own: [1] });
  });

  it.each([
    [{ plugins: [] }, '$.name'],
    [{ name: 1 }, '$.name'],
    [{ name: 'n', cniVersion: null }, '$.cniVersion'],
    [{ name: 'n', cniVersions: 'x' }, '$.cniVersions'],
    [{ name: 'n', cniVersions: ['1.0.0', 2] }, '$.cniVersions[1]'],
    [{ name: 'n', cniVersions: ['nope'] }, '$.cniVersions[0]'],
    [{ name: 'n', disableCheck: 'maybe' }, '$.disableCheck'],
    [{ name: 'n', disableGC: null }, '$.disableGC'],
    [{ name: 'n', loadOnlyInlinedPlugins: 'sphere', plugins: [{ type: 'a' }] }, '$.loadOnlyInlinedPlugins'],
    [{ name: 'n', loadOnlyInlinedPlugins: true }, '$.plugins'],
    [{ name: 'n', plugins: {} }, '$.plugins'],
    [{ name: 'n', plugins: [] }, '$.plugins'],
    [{ name: 'n', plugins: [{ type: 'a' }, {}] }, '$.plugins[1].type'],
    [{ name: 'n', plugins: [{ type: 'a', capabilities: { ips: 'yes' } }] }, '$.plugins[0].capabilities.ips'],
    [{ name: 'n', plugins: [{ type: 'a', ipam: { type: 1 } }] }, '$.plugins[0].ipam.type'],
    [{ name: 'n', plugins: [{ type: 'a', dns: { nameservers: 'x' } }] }, '$.plugins[0].dns.nameservers'],
    [{ name: 'n', plugins: [1] }, '$.plugins[0]'],
  ])('that is wrong (%j) is refused with file and path', async (content, jsonPath) => {
    const file = await write('x.conflist', content);
    await expect(networkConfFromFile(file)).rejects.toThrow(invalid({ file, jsonPath }));
  });

  it.each([
    [{ cniVersions: ['0.4.0', '1.0.0', '0.3.1'] }, '1.0.0'],
    [{ cniVersion: '0.4.0', cniVersions: ['0.3.1'] }, '0.4.0'],
    [{ cniVersion: '0.3.1', cniVersions: ['1.0.0', '9.9.9'] }, '1.0.0'],
    [{ cniVersion: '9.0.0', cniVersions: ['8.0.0'] }, '9.0.0'],
    [{ cniVersions: [] }, ''],
    [{}, ''],
  ])('negotiates the version of %j', (versions, expected) => {
    expect(networkConfFromBytes(JSON.stringify({ name: 'n', ...versions })).cniVersion).toBe(expected);
  });

  it.each([
    [true, true],
    [false, false],
    ['TRUE', true],
    ['False', false],
  ])('reads a flag given as %j', (value, expected) => {
    const flags = { disableCheck: value, disableGC: value, loadOnlyInlinedPlugins: value };
    const plugins = [{ type: 'a' }];
    const list = networkConfFromBytes(JSON.stringify({ name: 'n', ...flags, plugins }));
    const { disableCheck, disableGC, loadOnlyInlinedPlugins } = list;
    expect([disableCheck, disableGC, loadOnlyInlinedPlugins]).toEqual([expected, expected, expected]);
  });

  it('has no flag set if it names none', () => {
    const unset = { disableCheck: false, disableGC: false, loadOnlyInlinedPlugins: false };
    expect(networkConfFromBytes('{"name":"n","plugins":[{"type":"a"}]}')).toMatchObject(unset);
  });

  it('takes plugins from the drop-in folder, behind its own, in byte order', async () => {
    const file = await write('10-n.conflist', { name: 'n', plugins: [{ type: 'own' }] });
    await write('n/b.conf', { type: 'second' });
    await write('n/a.conf', { type: 'first' });
    await write('n/c.json', { type: 'ignored' });
    const { plugins } = await networkConfFromFile(file);
    expect(plugins.map(({ network }) => network.type)).toEqual(['own', 'first', 'second']);
  });

  it('leaves the drop-in folder alone with loadOnlyInlinedPlugins', async () => {
    const content = { name: 'n', loadOnlyInlinedPlugins: 'true', plugins: [{ type: 'own' }] };
    const file = await write('10-n.conflist', content);
    await write('n/a.conf', { type: 'dropped' });
    expect((await networkConfFromFile(file)).plugins).toHaveLength(1);
  });

  it('without any plugin is refused when it is loaded from a file', async () => {
    const file = await write('10-n.conflist', { name: 'n' });
    await expect(networkConfFromFile(file)).rejects.toThrow(invalid({ file }));
  });

  it('does not look for drop-ins outside its folder', async () => {
    const file = await write('sub/10-n.conflist', { name: '..', plugins: [{ type: 'own' }] });
    await write('a.conf', { type: 'outside' });
    expect((await networkConfFromFile(file)).plugins).toHaveLength(1);
  });

  it('larger than 1 MiB is refused unread', async () => {
    const file = await write('big.conflist', JSON.stringify({ name: 'n', x: 'y'.repeat(1024 * 1024) }));
    await expect(networkConfFromFile(file)).rejects.toThrow(invalid({ file }));
  });

  it('that is a folder is distinguished from one that does not exist', async () => {
    await mkdir(join(dir, 'folder.conflist'));
    await expect(networkConfFromFile(join(dir, 'folder.conflist'))).rejects.toThrow(invalid());
    await expect(networkConfFromFile(join(dir, 'gone.conflist'))).rejects.toMatchObject({
      code: 'ERR_CONF_NOT_FOUND',
      file: join(dir, 'gone.conflist'),
    });
  });
});

describe('a configuration folder', () => {
  it('lists files by extension in byte order, links included, folders not', async () => {
    for (const name of ['b.conf', 'a.conf', 'Z.conf', 'x.conflist', '.conf']) await write(name, '{}');
    await symlink('a.conf', join(dir, 'link.conf'));
    await mkdir(join(dir, 'folder.conf'));
    const names = (await confFiles(dir, ['.conf'])).map((file) => file.slice(dir.length + 1));
    expect(names).toEqual(['.conf', 'Z.conf', 'a.conf', 'b.conf', 'link.conf']);
  });

  it('lists names beyond the basic plane last, as the order of bytes has it', async () => {
    for (const name of ['\u{1F600}.conf', '\uFF5E.conf', 'a.conf']) await write(name, '{}');
    const names = (await confFiles(dir, ['.conf'])).map((file) => file.slice(dir.length + 1));
    expect(names).toEqual(['a.conf', '\uFF5E.conf', '\u{1F600}.conf']);
  });

  it('that does not exist holds nothing', async () => {
    expect(await confFiles(join(dir, 'gone'), ['.conf'])).toEqual([]);
    expect(await networkPluginConfsFromFiles(dir, 'gone')).toEqual([]);
  });

  it('that does not exist has no network to load', async () => {
    const missing = { code: 'ERR_NO_CONFIGS', file: join(dir, 'gone') };
    await expect(loadConf(join(dir, 'gone'), 'n')).rejects.toMatchObject(missing);
    await expect(loadNetworkConf(join(dir, 'gone'), 'n')).rejects.toMatchObject(missing);
  });

  it('finds a network by name, lists first', async () => {
    await write('05-old.conf', { name: 'n', type: 'old' });
    await write('10-a.conflist', { name: 'other', plugins: [{ type: 'a' }] });
    await write('20-b.conflist', { name: 'n', plugins: [{ type: 'listed' }] });
    expect((await loadNetworkConf(dir, 'n')).plugins[0]?.network.type).toBe('listed');
    expect((await loadConf(dir, 'n')).network.type).toBe('old');
  });

  it('makes a list of a configuration in the old form', async () => {
    await write('05-old.json', { cniVersion: '0.3.1', name: 'n', type: 'old', own: 1 });
    const list = await loadNetworkConf(dir, 'n');
    expect(list).toMatchObject({ name: 'n', cniVersion: '0.3.1' });
    expect(list.plugins[0]?.network).toMatchObject({ type: 'old', own: 1 });
  });

  it('says whether it is empty or lacks the name', async () => {
    await expect(loadNetworkConf(dir, 'n')).rejects.toMatchObject({ code: 'ERR_NO_CONFIGS', file: dir });
    await write('10-a.conflist', { name: 'other', plugins: [{ type: 'a' }] });
    await expect(loadNetworkConf(dir, 'n')).rejects.toMatchObject({ code: 'ERR_CONF_NOT_FOUND', value: 'n' });
  });

  it('stops at the first broken file, and names it', async () => {
    const file = await write('10-a.conflist', '{');
    await write('20-b.conflist', { name: 'n', plugins: [{ type: 'a' }] });
    await expect(loadNetworkConf(dir, 'n')).rejects.toThrow(invalid({ file }));
  });

  it.each([
    ['plugins[1].type', { plugins: [{ type: 'a' }, { type: '' }] }, '$.plugins[1].type'],
    ['plugins[0].ipam.type', { plugins: [{ type: 'a', ipam: { TYPE: 1 } }] }, '$.plugins[0].ipam.type'],
    ['plugins', {}, undefined],
  ])('stops at a list of another name with bad %s', async (_, content, jsonPath) => {
    const file = await write('10-a.conflist', { name: 'other', ...content });
    await write('20-b.conflist', { name: 'n', plugins: [{ type: 'a' }] });
    await expect(loadNetworkConf(dir, 'n')).rejects.toThrow(invalid({ file, jsonPath }));
  });

  it.each(['1e400', '-1E+400', '1.5e400', '9'.repeat(310), `${'9'.repeat(310)}.5`])(
    'stops at a list of another name with the number %s',
    async (number) => {
      const text = `{"name":"other","plugins":[{"type":"a","own":${number}}]}`;
      const file = await write('10-a.conflist', text);
      await write('20-b.conflist', { name: 'n', plugins: [{ type: 'a' }] });
      const jsonPath = '$.plugins[0].own';
      await expect(loadNetworkConf(dir, 'n')).rejects.toThrow(invalid({ file, jsonPath }));
    },
  );

  it('stops at a bad drop-in file of a list of another name', async () => {
    await write('10-a.conflist', { name: 'other', plugins: [{ type: 'a' }] });
    const file = await write('other/10-b.conf', { type: 1 });
    await write('20-b.conflist', { name: 'n', plugins: [{ type: 'a' }] });
    await expect(loadNetworkConf(dir, 'n')).rejects.toThrow(invalid({ file, jsonPath: '$.type' }));
  });

  it('passes over a list of another name that only its serialised form makes valid', async () => {
    await write('10-a.conflist', '{"name":"other","plugins":[{"type":"a","TYPE":1}]}');
    await write('20-b.conflist', { name: 'n', plugins: [{ type: 'a' }] });
    expect((await loadNetworkConf(dir, 'n')).name).toBe('n');
  });
});

describe('injecting into a configuration', () => {
  const conf = networkPluginConfFromBytes('{"type":"a","name":"old","own":{"deep":[1,2]}}');

  it('replaces and adds top-level keys and keeps the rest', () => {
    const injected = injectConf(conf, { name: 'new', cniVersion: '1.0.0' });
    expect(JSON.parse(injected.bytes)).toEqual({
      type: 'a',
      name: 'new',
      cniVersion: '1.0.0',
      own: { deep: [1, 2] },
    });
    expect(conf.network.name).toBe('old');
  });

  it.each([
    ['', 1],
    ['x', null],
    ['x', undefined],
    ['type', ''],
    ['capabilities', [1]],
  ])('refuses %j: %j', (key, value) => {
    expect(() => injectConf(conf, { [key]: value })).toThrow(invalid());
  });

  it('round-trips through a list', () => {
    const list = confListFromConf(conf);
    expect(JSON.parse(list.bytes)).toEqual({
      name: 'old',
      cniVersion: '',
      plugins: [JSON.parse(conf.bytes)],
    });
  });

  it('makes a list whose JSON parses to the same list', () => {
    const versioned = networkPluginConfFromBytes('{"name":"n","cniVersion":"0.3.1","type":"a"}');
    const list = confListFromConf(versioned);
    const flags = { disableCheck: false, disableGC: false, loadOnlyInlinedPlugins: false };
    const [plugin] = list.plugins;
    expect(list).toMatchObject({ name: 'n', cniVersion: '0.3.1', ...flags });
    expect(list.plugins).toHaveLength(1);
    expect(plugin?.network).toEqual(versioned.network);
    expect(networkConfFromBytes(list.bytes)).toEqual(list);
  });
});
