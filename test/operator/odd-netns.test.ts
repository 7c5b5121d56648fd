import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LibcniWarning } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const living = '/proc/self/ns/net';
const meant = { hostNetns: true, existingInterface: 'allow' } as const;

let warnings: LibcniWarning[];
let loop: string;

beforeEach(async () => {
  warnings = [];
  host.operator.on('warning', (warning) => warnings.push(warning));
  loop = join(host.plugins.root, 'loop');
  await symlink(loop, loop);
});

/** Has a record say that its attachment was made in another namespace. */
async function rewriteNetns(name: string, netns: string): Promise<void> {
  const file = join(host.plugins.cacheDir, 'results', name);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), netns }));
}

/** The runs as `VERB type path`, without those of ADD. */
async function runs(): Promise<string[]> {
  const calls = (await host.plugins.calls()).filter(({ verb }) => verb !== 'ADD');
  return calls.map(({ verb, plugin, env }) => `${verb} ${plugin} ${env.CNI_NETNS}`.trim());
}

const oddPaths: [string, () => string][] = [
  ['a loop of links', () => loop],
  ['a name that is too long', () => join('/run', 'n'.repeat(300))],
];

describe.each(oddPaths)('a recorded namespace whose path is %s', (_, path) => {
  beforeEach(async () => {
    const networks = [{ name: 'a' }, { name: 'b' }];
    await host.operator.attach({ ...request, netns: living, networks, ...meant });
    await rewriteNetns('b-c1-eth1', path());
  });

  const warned = () => [
    expect.objectContaining({
      code: 'NETNS_UNUSABLE',
      network: 'b',
      containerId: 'c1',
      ifName: 'eth1',
      file: path(),
    }),
  ];

  it('counts as gone for one detach, and the others are detached as usual', async () => {
    await host.operator.detach({ id: 'c1', hostNetns: true });
    expect(await runs()).toEqual(['DEL two', `DEL one ${living}`]);
    expect(await host.attachments()).toEqual([]);
    expect(warnings).toEqual(warned());
  });

  it('does not count if another one is given', async () => {
    await host.operator.detach({ id: 'c1', netns: living, hostNetns: true });
    expect(await runs()).toEqual([`DEL two ${living}`, `DEL one ${living}`]);
    expect(warnings).toEqual([]);
  });

  it('counts as gone for a garbage collection', async () => {
    await host.operator.gc({ valid: [] });
    expect((await runs()).sort()).toEqual(['DEL one', 'DEL two']);
    expect(await host.attachments()).toEqual([]);
    expect(warnings).toEqual(expect.arrayContaining(warned()));
  });

  it('does not keep the others from being checked', async () => {
    expect(await host.operator.check({ id: 'c1', hostNetns: true })).toMatchObject([
      { name: 'a', outcome: 'ok' },
      { name: 'b', outcome: 'failed', error: { code: 'ERR_NETNS' } },
    ]);
    expect(await runs()).toEqual([`CHECK one ${living}`]);
  });
});

it('a given path that leads nowhere gives way to the recorded one', async () => {
  await host.operator.attach({ ...request, netns: living, ...meant });
  await host.operator.detach({ id: 'c1', netns: '/run/netns/none', hostNetns: true });
  expect(await runs()).toEqual([`DEL one ${living}`]);
});

it('an interrupted ADD is undone although the path of its namespace is a loop', async () => {
  const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
  const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };
  await new Journal(join(host.plugins.cacheDir, 'libcni')).begin({ ...key, netns: loop, config });
  expect(await host.operator.recover()).toMatchObject({ undone: [key], failed: [] });
  expect(await runs()).toEqual(['DEL one']);
  expect(warnings).toMatchObject([{ code: 'NETNS_UNUSABLE', ...key, cause: { code: 'ELOOP' } }]);
});

it('a failed attach is rolled back though the path of its namespace is a loop', async () => {
  await host.plugins.add('two', { ADD: { exitCode: 1 } });
  const attaching = host.operator.attach({ id: 'c1', netns: loop, networks: [{ name: 'a' }, { name: 'b' }] });
  await expect(attaching).rejects.toMatchObject({ plugin: 'two', rollbackErrors: [] });
  expect((await runs()).at(-1)).toBe('DEL one');
  expect(await host.attachments()).toEqual([]);
});
