import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/operator/journal/journal.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

/** Leads from any folder to that of all folders. */
const UP = `x${'/..'.repeat(16)}`;

/** Requests with a name that leads out of its folder. */
const requests = {
  'the id': (path: string) => ({ ...request, id: path, networks: [{ name: 'a' }] }),
  'the id without a network': (path: string) => ({ ...request, id: path, networks: [] }),
  'an interface': (path: string) => ({ ...request, networks: [{ name: 'a', ifName: path }] }),
  'the interface of the default network': (path: string) => ({ ...request, defaultIfName: path }),
  'a network': (path: string) => ({ ...request, networks: [{ name: path, ifName: 'eth0' }] }),
};

/** Files of somebody else: what looks like an entry of the journal, and what looks like a lock. */
async function theirFiles() {
  const files = { 'daemon.json': '{"theirs":true}', lock: '' };
  const at = (name: string) => join(host.plugins.root, name);
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
  const read = async (name: string) => [name, await readFile(at(name), 'utf8')];
  return {
    files,
    paths: ['daemon', 'lock'].map((name) => UP + at(name)),
    now: async () => Object.fromEntries(await Promise.all(Object.keys(files).map(read))),
  };
}

describe.each(Object.entries(requests))('%s that leads out of its folder', (_, requestWith) => {
  it.each(['attach', 'check', 'detach'] as const)('is refused by %s, and nothing touched', async (verb) => {
    const theirs = await theirFiles();
    for (const value of theirs.paths) {
      await expect(host.operator[verb](requestWith(value), { timeoutMs: 2000 })).rejects.toMatchObject({
        code: 'ERR_CONF_INVALID',
        value,
      });
    }
    expect(await theirs.now()).toEqual(theirs.files);
    expect([...(await host.order()), ...(await host.stateLeft())]).toEqual([]);
  });
});

it('an empty id does not stand for every container', async () => {
  await host.operator.attach(request);
  await expect(host.operator.detach({ id: '' })).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  expect(await host.attachments()).toEqual(['a-c1-eth0']);
});

describe('names that lead out of their folder', () => {
  const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });

  it('in the record of another program fail their attachment alone', async () => {
    const theirs = await theirFiles();
    const file = join(host.plugins.cacheDir, 'results', 'b-c1-eth1');
    for (const ifName of theirs.paths) {
      await host.operator.attach(request);
      const entry = {
        kind: 'cniCacheV1',
        containerId: 'c1',
        ifName,
        networkName: 'b',
        netns: '',
        config: '',
      };
      await writeFile(file, JSON.stringify({ ...entry, result: {} }));
      expect(await host.operator.check({ id: 'c1' })).toMatchObject([
        { ifName: 'eth0', outcome: 'ok' },
        { ifName, outcome: 'failed', error: { code: 'ERR_CONF_INVALID' } },
      ]);
      await expect(host.operator.detach({ id: 'c1' })).rejects.toMatchObject({
        errors: [{ code: 'ERR_CONF_INVALID' }],
      });
    }
    expect(await theirs.now()).toEqual(theirs.files);
    expect(await host.attachments()).toEqual(['b-c1-eth1']);
  });

  it('in an entry of the journal make it none', async () => {
    const theirs = await theirFiles();
    const journal = new Journal(join(host.plugins.cacheDir, 'libcni'));
    const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };
    await journal.begin({ ...key, netns: '', config });
    const [{ file } = { file: '' }] = await journal.list();
    const text = await readFile(file, 'utf8');
    for (const path of theirs.paths) {
      await writeFile(file, text.replace('"eth0"', JSON.stringify(path)));
      expect(await journal.find(key)).toBeUndefined();
      await host.operator.detach({ id: 'c1' });
      await writeFile(join(file, '..', '.turn-a+c1+eth0.json'), text);
      const { setAside } = await host.operator.recover();
      expect(setAside.map(({ attachment }) => attachment)).toEqual([undefined, key]);
    }
    expect(await theirs.now()).toEqual(theirs.files);
    expect(await host.order()).toEqual([]);
  });
});
