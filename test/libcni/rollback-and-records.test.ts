import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CNIConfig, LibcniWarning } from '../../src/index.js';
import { listOfTypes, PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';

let folder: PluginFolder;
let cni: CNIConfig;

const rt = { containerId: 'c1', netns: '/run/netns/a', ifName: 'eth0' };
const list = listOfTypes(['one', 'bad']);
const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

beforeEach(async () => {
  folder = await PluginFolder.create();
  cni = folder.cni();
  await folder.add('one', { ADD: { stdout: resultText() } });
  await folder.add('bad', { ADD: failure });
});

afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

describe('a rollback', () => {
  it.each([{ timeoutMs: -1 }, { timeoutMs: Number.NaN }])(
    'with impossible limits (%j) is refused before the ADD',
    async (rollback) => {
      await expect(cni.addNetworkList(list, rt, { rollback })).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
      });
      expect(await folder.calls()).toEqual([]);
    },
  );

  it('keeps its budget where the caller gives none', async () => {
    const adding = cni.addNetworkList(list, rt, { rollback: { timeoutMs: undefined } });
    await expect(adding).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    expect(await folder.order()).toEqual(['ADD one', 'ADD bad', 'DEL bad', 'DEL one']);
  });

  it('belongs to the trace of its ADD', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await cni.addNetworkList(list, rt, { trace: { traceparent } }).catch(() => {});
    for (const { env } of await folder.calls()) expect(env.TRACEPARENT).toBe(traceparent);
  });
});

describe('a failed ADD where the cache has an entry', () => {
  async function attachBefore(netns: string): Promise<void> {
    await cni.addNetworkList(listOfTypes(['one']), { ...rt, netns });
  }

  it('of another namespace is rolled back, since that entry is stale', async () => {
    await attachBefore('/run/netns/older');
    await expect(cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 100 });
    expect((await folder.order()).slice(3)).toEqual(['DEL bad', 'DEL one']);
    expect(await cni.getCachedAttachments()).toEqual([]);
  });

  it('of the same namespace is rolled back at the word of the caller', async () => {
    await attachBefore(rt.netns);
    const adding = cni.addNetworkList(list, rt, { rollback: { evenIfRecorded: true } });
    await expect(adding).rejects.toMatchObject({ code: 100 });
    expect((await folder.order()).slice(3)).toEqual(['DEL bad', 'DEL one']);
  });

  it('that is unreadable is left alone', async () => {
    await mkdir(join(folder.cacheDir, 'results'), { recursive: true });
    await writeFile(join(folder.cacheDir, 'results', 'net-c1-eth0'), '');
    const warnings: LibcniWarning[] = [];
    cni.on('warning', (warning) => warnings.push(warning));
    await expect(cni.addNetworkList(list, rt)).rejects.toMatchObject({ code: 100 });
    expect(warnings).toMatchObject([{ code: 'ROLLBACK_SKIPPED' }]);
    expect(await folder.order()).toEqual(['ADD one', 'ADD bad']);
  });
});

describe('a healthy cache entry', () => {
  const file = () => join(folder.cacheDir, 'results', 'net-c1-eth0');

  beforeEach(async () => {
    await cni.addNetworkList(listOfTypes(['one']), rt);
  });

  it('stays where it is when DEL was aborted before it began', async () => {
    const before = await readFile(file());
    await writeFile(file(), '');
    const signal = AbortSignal.abort();
    await expect(cni.delNetworkList(listOfTypes(['one']), rt, { signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    expect(await readdir(folder.cacheDir)).toEqual(['results']);
    await writeFile(file(), before);
  });

  it('is not taken for unreadable by a DEL of a version that nobody knows', async () => {
    const warnings: LibcniWarning[] = [];
    cni.on('warning', (warning) => warnings.push(warning));
    await folder.add('one', { DEL: failure });
    const deleting = cni.delNetworkList(listOfTypes(['one'], { cniVersion: '1.2.0' }), rt);
    await expect(deleting).rejects.toMatchObject({ code: 100 });
    expect(warnings).toEqual([]);
    expect(await cni.getCachedAttachments()).toHaveLength(1);
  });
});

it('keeps a cache entry that cannot be read for want of descriptors', async () => {
  await cni.addNetworkList(listOfTypes(['one']), rt);
  const program = fileURLToPath(new URL('../fixtures/plugins/out-of-descriptors.ts', import.meta.url));
  const command = `ulimit -n 256; exec ${process.execPath} --import tsx ${program} ${folder.cacheDir} ${folder.bin}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command]);
  expect(stdout).toBe('ERR_CACHE');
  expect(await cni.getCachedAttachments()).toHaveLength(1);
  expect(await folder.order()).toEqual(['ADD one', 'VERSION one']);
});

it('rolls back where the cache folder is none', async () => {
  await writeFile(folder.cacheDir, 'a file where the folder should be');
  await expect(cni.addNetworkList(listOfTypes(['one']), rt)).rejects.toMatchObject({ code: 'ERR_CACHE' });
  expect(await folder.order()).toEqual(['ADD one', 'DEL one']);
});
