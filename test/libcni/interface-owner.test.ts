import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  interfacesOfContainer,
  isSamePlace,
  otherOwnerOfInterface,
} from '../../src/libcni/cache/interface-owner.js';

let cacheDir: string;
/** A file stands for the namespace: only its place and its time count. */
let netns: string;

beforeEach(async () => {
  cacheDir = await realpath(await mkdtemp(join(tmpdir(), 'libcni-owner-')));
  await mkdir(join(cacheDir, 'results'));
  await mkdir(join(cacheDir, 'netns'));
  netns = join(cacheDir, 'netns', 'pod');
  await writeFile(netns, '');
});

afterEach(async () => {
  await rm(cacheDir, { recursive: true });
});

const self = { network: 'net', containerId: 'self', ifName: 'eth0' };
const other = { network: 'net', containerId: 'other', ifName: 'eth0' };

/** Writes a record that is so many seconds younger than now. */
async function record(names: typeof self, seconds: number, path = netns, file?: string): Promise<void> {
  const { network: networkName, containerId, ifName } = names;
  const entry = { kind: 'cniCacheV1', networkName, containerId, ifName, netns: path, config: '' };
  const place = join(cacheDir, 'results', file ?? `${networkName}-${containerId}-${ifName}`);
  await writeFile(place, JSON.stringify(entry));
  const time = Date.now() / 1000 + seconds;
  await utimes(place, time, time);
}

function owner(more: object = {}, path = netns) {
  return otherOwnerOfInterface({ cacheDir, netns: path, ifName: 'eth0' }, { ...self, ...more });
}

describe('the owner of an interface', () => {
  it('is another one where only that is recorded', async () => {
    await record(other, 1);
    expect(await owner()).toMatchObject(other);
  });

  it('is nobody else where there is no namespace', async () => {
    await record(other, 1, '/run/netns/none');
    expect(await owner({}, '/run/netns/none')).toBeUndefined();
  });

  it('is nobody else where the record of the other one is older than the namespace', async () => {
    await record(other, -60);
    expect(await owner()).toBeUndefined();
  });

  it('is not doubted for times that a coarse file system has cut', async () => {
    await record(other, -1.5);
    expect(await owner()).toMatchObject(other);
  });

  it('is the one that was recorded last', async () => {
    await record(self, 1);
    await record(other, 5);
    expect(await owner()).toMatchObject(other);
    await record(self, 9);
    expect(await owner()).toBeUndefined();
  });

  it('is another one where the own record is older than the namespace', async () => {
    await record(self, -60);
    expect(await owner()).toBeUndefined();
    await record(other, -90);
    expect(await owner()).toMatchObject(other);
  });

  it('is the attachment itself where a plugin of its ADD has succeeded since the namespace was made', async () => {
    await record(other, 1);
    expect(await owner({ hasResult: true, begunMs: Date.now() })).toBeUndefined();
    expect(await owner({ hasResult: true, begunMs: Date.now() - 60_000 })).toMatchObject(other);
  });

  it('is whoever is being attached where the ADD itself is older than the namespace', async () => {
    const place = { cacheDir, netns, ifName: 'eth0', begun: [self, other] };
    expect(await otherOwnerOfInterface(place, { ...self, begunMs: Date.now() - 60_000 })).toEqual(other);
    expect(await otherOwnerOfInterface(place, { ...self, begunMs: Date.now() })).toBeUndefined();
  });

  it('is not told by a copy of the own record', async () => {
    await record(self, 1);
    await record(self, 5, netns, 'net-self-eth0.bak-eth0');
    expect(await owner()).toBeUndefined();
  });

  it('is found through a folder of another name', async () => {
    await symlink(join(cacheDir, 'netns'), join(cacheDir, 'link'));
    await record(other, 1, join(cacheDir, 'link', 'pod'));
    expect(await owner()).toMatchObject(other);
  });

  it.each(['/proc/self/ns/net', 'link'])('is told by records of any age at %s', async (path) => {
    const place = path === 'link' ? join(cacheDir, 'to-proc') : path;
    if (path === 'link') await symlink('/proc/self/ns/net', place);
    await record(other, -60, place);
    expect(await owner({}, place)).toMatchObject(other);
  });
});

describe('the interfaces of a container', () => {
  it('are those that are recorded for the namespace, whatever link led to it', async () => {
    await record(self, 1);
    await symlink(netns, join(cacheDir, 'pod-0badcafe'));
    await record({ ...self, ifName: 'eth1' }, 1, join(cacheDir, 'pod-0badcafe'));
    await record({ ...self, ifName: 'eth2' }, 1, '/run/netns/none');
    await record({ ...self, ifName: 'eth3' }, -60);
    await record(other, 1);
    const found = await interfacesOfContainer({ cacheDir, netns }, 'self');
    expect(found.map(({ ifName }) => ifName)).toEqual(['eth0', 'eth1']);
  });
});

it('a path that leads nowhere is another place than any', async () => {
  expect(await isSamePlace('/run/none/a', '/run/none/a')).toBe(true);
  expect(await isSamePlace('/run/none/a', '/run/none/b')).toBe(false);
});
