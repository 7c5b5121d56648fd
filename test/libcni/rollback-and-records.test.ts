import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LibcniWarning } from '../../src/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const list = listOfTypes(['one', 'bad']);
const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

beforeEach(async () => {
  await plugins.folder.add('one', { ADD: { stdout: resultText() } });
  await plugins.folder.add('bad', { ADD: failure });
});

describe('a rollback', () => {
  it.each([{ timeoutMs: -1 }, { timeoutMs: Number.NaN }])(
    'with impossible limits (%j) is refused before the ADD',
    async (rollback) => {
      await expect(plugins.cni.addNetworkList(list, rt, { rollback })).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
      });
      expect(await plugins.folder.calls()).toEqual([]);
    },
  );

  it('keeps its own time limit if the caller gives none', async () => {
    const adding = plugins.cni.addNetworkList(list, rt, { rollback: { timeoutMs: undefined } });
    await expect(adding).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'ADD bad', 'DEL bad', 'DEL one']);
  });

  it('belongs to the trace of its ADD', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await plugins.cni.addNetworkList(list, rt, { trace: { traceparent } }).catch(() => {});
    for (const { env } of await plugins.folder.calls()) expect(env.TRACEPARENT).toBe(traceparent);
  });
});

describe('a failed ADD where the cache has an entry', () => {
  async function attachBefore(netns: string): Promise<void> {
    await plugins.cni.addNetworkList(listOfTypes(['one']), { ...rt, netns });
  }

  it('of another namespace is rolled back, since that entry is stale', async () => {
    await attachBefore('/run/netns/older');
    await expect(plugins.cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 100 });
    expect((await plugins.folder.order()).slice(3)).toEqual(['DEL bad', 'DEL one']);
    expect(await plugins.cni.getCachedAttachments()).toEqual([]);
  });

  it('of the same namespace is rolled back at the word of the caller', async () => {
    await attachBefore(rt.netns);
    const adding = plugins.cni.addNetworkList(list, rt, { rollback: { evenIfRecorded: true } });
    await expect(adding).rejects.toMatchObject({ code: 100 });
    expect((await plugins.folder.order()).slice(3)).toEqual(['DEL bad', 'DEL one']);
  });

  it('that is unreadable is left alone', async () => {
    await mkdir(join(plugins.folder.cacheDir, 'results'), { recursive: true });
    await writeFile(join(plugins.folder.cacheDir, 'results', 'net-c1-eth0'), '');
    const warnings: LibcniWarning[] = [];
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    await expect(plugins.cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 100 });
    expect(warnings).toMatchObject([{ code: 'ROLLBACK_SKIPPED' }]);
    expect(await plugins.folder.order()).toEqual(['ADD one', 'ADD bad']);
  });
});

describe('a healthy cache entry', () => {
  const file = () => join(plugins.folder.cacheDir, 'results', 'net-c1-eth0');

  beforeEach(async () => {
    await plugins.cni.addNetworkList(listOfTypes(['one']), rt);
  });

  it('stays where it is when DEL was aborted before it began', async () => {
    const before = await readFile(file());
    await writeFile(file(), '');
    const signal = AbortSignal.abort();
    await expect(plugins.cni.delNetworkList(listOfTypes(['one']), rt, { signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await readdir(plugins.folder.cacheDir)).toEqual(['results']);
    await writeFile(file(), before);
  });

  it('is not taken for unreadable by a DEL of a version that nobody knows', async () => {
    const warnings: LibcniWarning[] = [];
    plugins.cni.on('warning', (warning) => warnings.push(warning));
    await plugins.folder.add('one', { DEL: failure });
    const deleting = plugins.cni.delNetworkList(listOfTypes(['one'], { cniVersion: '1.2.0' }), rt);
    await expect(deleting).rejects.toMatchObject({ code: 100 });
    expect(warnings).toEqual([]);
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
  });
});

it.each([
  ['1.0.0', 'ERR_CACHE', ['VERSION one']],
  ['0.3.1', 'detached CACHE_ENTRY_NOT_REMOVED', ['VERSION one', 'DEL one']],
])(
  'keeps a cache entry that a DEL of %s cannot read for want of descriptors',
  async (version, said, runs) => {
    await plugins.cni.addNetworkList(listOfTypes(['one']), rt);
    const program = fileURLToPath(new URL('../fixtures/plugins/out-of-descriptors.ts', import.meta.url));
    const command = `ulimit -n 256; exec ${process.execPath} --import tsx ${program} ${plugins.folder.cacheDir} ${plugins.folder.bin} ${version}`;
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(stdout).toBe(said);
    expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
    expect(await plugins.folder.order()).toEqual(['ADD one', ...runs]);
  },
);

it('rolls back if the cache folder is not a folder', async () => {
  await writeFile(plugins.folder.cacheDir, 'a file where the folder should be');
  await expect(plugins.cni.addNetworkList(listOfTypes(['one']), rt)).rejects.toMatchObject({
    code: 'ERR_CACHE',
  });
  expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
});
