import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { firstResult, listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('plan', () => {
  it('says what each plugin would be given and runs nothing', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two']);
    const runs = await plugins.cni.plan('ADD', list, rt);
    expect(runs.map(({ path, awaitsPrevResult }) => [path, awaitsPrevResult])).toEqual([
      [join(plugins.folder.bin, 'one'), false],
      [join(plugins.folder.bin, 'two'), true],
    ]);
    expect(await plugins.folder.calls()).toEqual([]);
    await plugins.cni.addNetworkList(list, rt);
    const [one] = await plugins.folder.calls();
    expect(runs[0]?.stdin).toBe(one?.stdin);
    expect(one?.env).toMatchObject(runs[0]?.env ?? {});
  });

  it('is in the order of the verb, with the cached result', async () => {
    await plugins.folder.addChain();
    const list = listOfTypes(['one', 'two'], { cniVersion: '1.1.0' });
    await plugins.cni.addNetworkList(list, rt);
    const del = await plugins.cni.plan('DEL', list, rt);
    expect(del.map(({ plugin }) => plugin)).toEqual(['two', 'one']);
    expect(JSON.parse(del[0]?.stdin ?? '').prevResult).toMatchObject({ cniVersion: '1.1.0' });
    const [gc] = await plugins.cni.plan('GC', list, undefined, {
      validAttachments: [{ containerId: 'c1', ifName: 'eth0' }],
    });
    expect(JSON.parse(gc?.stdin ?? '')['cni.dev/attachments']).toHaveLength(1);
    expect((await plugins.cni.plan('STATUS', list))[0]?.env.CNI_COMMAND).toBe('STATUS');
    expect((await plugins.cni.plan('VERSION', list))[0]?.env.CNI_NETNS).toBe('dummy');
    await expect(plugins.cni.plan('ADD', list)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });
});

describe('a plan shows no run that the verb would not make:', () => {
  const old = listOfTypes(['one'], { cniVersion: '1.0.0' });
  const gc = { validAttachments: [] };

  beforeEach(async () => {
    await plugins.folder.add('one');
  });

  it('CHECK where the list says disableCheck', async () => {
    const list = listOfTypes(['one'], { disableCheck: true });
    await plugins.cni.checkNetworkList(list, rt);
    expect(await plugins.cni.plan('CHECK', list, rt)).toEqual([]);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('CHECK of a version without it, which is an error', async () => {
    const list = listOfTypes(['one'], { cniVersion: '0.3.1' });
    const unsupported = { code: 'ERR_CHECK_UNSUPPORTED', verb: 'CHECK', network: 'net', containerId: 'c1' };
    await expect(plugins.cni.checkNetworkList(list, rt)).rejects.toMatchObject(unsupported);
    await expect(plugins.cni.plan('CHECK', list, rt)).rejects.toMatchObject(unsupported);
  });

  it('STATUS and GC of a version without them', async () => {
    await plugins.cni.getStatusNetworkList(old);
    await plugins.cni.gcNetworkList(old, gc);
    expect(await plugins.cni.plan('STATUS', old)).toEqual([]);
    expect(await plugins.cni.plan('GC', old, undefined, gc)).toEqual([]);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it('GC where the list says disableGC', async () => {
    const list = listOfTypes(['one'], { cniVersion: '1.1.0', disableGC: true });
    await plugins.cni.gcNetworkList(list, gc);
    expect(await plugins.cni.plan('GC', list, undefined, gc)).toEqual([]);
    expect(await plugins.folder.calls()).toEqual([]);
  });

  it.each(['STATUS', 'GC', 'ADD', 'DEL'] as const)(
    '%s of a version that is none, which is an error',
    async (verb) => {
      const list = listOfTypes(['one'], { cniVersion: 'newest' });
      await expect(plugins.cni.plan(verb, list, rt)).rejects.toMatchObject({ code: 'ERR_VERSION', verb });
    },
  );

  it('GC runs its plugins although a valid attachment has an invalid name', async () => {
    const list = listOfTypes(['one'], { cniVersion: '1.1.0' });
    const bad = { validAttachments: [{ containerId: '../x', ifName: 'eth0' }] };
    const errors = [{ code: 'ERR_CONF_INVALID', verb: 'GC' }];
    await expect(plugins.cni.gcNetworkList(list, bad)).rejects.toMatchObject({ errors });
    expect(await plugins.cni.plan('GC', list, undefined, bad)).toMatchObject([{ verb: 'GC', plugin: 'one' }]);
  });

  it('ADD where another attachment has the cache file, which is an error', async () => {
    await plugins.folder.add('one', { ADD: { stdout: firstResult } });
    await plugins.cni.addNetworkList(listOfTypes(['one'], { name: 'net-a' }), { ...rt, containerId: 'b' });
    const same = { ...rt, containerId: 'a-b' };
    await expect(plugins.cni.plan('ADD', old, same)).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      verb: 'ADD',
    });
  });

  it('ADD of a list without plugins, which is an error', async () => {
    const list = { ...old, plugins: [] };
    const invalid = { code: 'ERR_CONF_INVALID', verb: 'ADD', network: 'net', containerId: 'c1' };
    await expect(plugins.cni.addNetworkList(list, rt)).rejects.toMatchObject(invalid);
    await expect(plugins.cni.plan('ADD', list, rt)).rejects.toMatchObject(invalid);
    expect(await plugins.cni.plan('DEL', list, rt)).toEqual([]);
  });

  it('ADD with arguments that are refused', async () => {
    const planning = plugins.cni.plan('ADD', old, { ...rt, args: [['A', 'b;C=d']] });
    await expect(planning).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', verb: 'ADD' });
  });

  it('DEL with arguments that ADD refuses', async () => {
    const planned = await plugins.cni.plan('DEL', old, { ...rt, args: [['A', 'b;C=d']] });
    expect(planned).toMatchObject([{ verb: 'DEL', env: { CNI_ARGS: 'A=b;C=d' } }]);
  });

  it.each(['FOO', 'add', '', 'toString'])('%j, which is no verb', async (verb) => {
    const planning: unknown = Reflect.apply(plugins.cni.plan, plugins.cni, [verb, old, rt]);
    await expect(planning).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', value: verb });
  });
});

it('a plan of DEL goes on without a record that cannot be read, and leaves it where it is', async () => {
  await plugins.folder.add('one');
  const folder = join(plugins.folder.cacheDir, 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'net-c1-eth0'), '{');
  const warnings: unknown[] = [];
  plugins.cni.on('warning', (warning) => warnings.push(warning));
  const [planned, ...more] = await plugins.cni.plan('DEL', listOfTypes(['one']), rt);
  expect([warnings, more, await readdir(plugins.folder.cacheDir)]).toEqual([[], [], ['results']]);
  expect(await readFile(join(folder, 'net-c1-eth0'), 'utf8')).toBe('{');
  await plugins.cni.delNetworkList(listOfTypes(['one']), rt);
  const [call] = await plugins.folder.calls();
  expect(planned?.stdin).toBe(call?.stdin);
});

it('a plan of GC leaves out the DELs of attachments that are not in use', async () => {
  const list = listOfTypes(['one'], { cniVersion: '1.1.0' });
  await plugins.folder.add('one', { ADD: { stdout: firstResult } });
  await plugins.cni.addNetworkList(list, rt);
  const gc = { validAttachments: [] };
  const planned = await plugins.cni.plan('GC', list, undefined, gc);
  expect(planned.map(({ verb, plugin }) => `${verb} ${plugin}`)).toEqual(['GC one']);
  await plugins.cni.gcNetworkList(list, gc);
  const [, del, collected] = await plugins.folder.calls();
  expect(del?.verb).toBe('DEL');
  expect(planned[0]?.stdin).toBe(collected?.stdin);
});

it.each([
  ['rejects', () => Promise.reject(new Error('no such shop'))],
  [
    'throws',
    () => {
      throw new Error('no such shop');
    },
  ],
])('what a custom Exec %s when it looks for a plugin gets the circumstances of the run', async (_, find) => {
  const cni = plugins.folder.cni({ findInPath: find, execPlugin: () => Promise.resolve('') });
  const failure = { name: 'PluginError', reason: 'exec', msg: 'no such shop', plugin: 'one', network: 'net' };
  const planning = cni.plan('ADD', listOfTypes(['one']), rt);
  await expect(planning).rejects.toMatchObject({
    ...failure,
    verb: 'ADD',
    containerId: 'c1',
    ifName: 'eth0',
  });
  await expect(cni.plan('VERSION', listOfTypes(['one']))).rejects.toMatchObject({
    ...failure,
    verb: 'VERSION',
  });
});
