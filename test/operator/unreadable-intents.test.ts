import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/operator/journal/journal.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const networks = [{ name: 'a', ifName: 'eth1' }];
const portMappings = [{ hostPort: 8080, containerPort: 80 }];
let file: string;

beforeEach(async () => {
  file = join(host.plugins.cacheDir, 'libcni', 'journal', 'a+other+eth1.json');
  await mkdir(file, { recursive: true });
});

const setAside = () => readdir(join(host.plugins.cacheDir, 'libcni', 'journal', 'unreadable'));
const moved = [expect.stringMatching(/^a\+other\+eth1\.json\.\d+$/)];

describe('an entry of the journal that nobody can read', () => {
  it('is in nobody’s way who asks for a port', async () => {
    await host.operator.attach({ ...request, capabilityArgs: { portMappings } });
    expect(await setAside()).toEqual(moved);
  });

  it('is moved aside by an attach of the same attachment', async () => {
    await host.operator.attach({ ...request, id: 'other', networks });
    expect(await setAside()).toEqual(moved);
  });

  it('is moved aside by the detach of its container', async () => {
    await host.operator.attach({ ...request, id: 'other' });
    await host.operator.detach({ id: 'other' });
    expect(await setAside()).toEqual(moved);
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
  });
});

it('records that cannot be listed do not prevent undoing an interrupted ADD', async () => {
  const config = JSON.stringify({ cniVersion: '1.1.0', name: 'a', plugins: [{ type: 'one' }] });
  const journal = new Journal(join(host.plugins.cacheDir, 'libcni'));
  await journal.begin({ network: 'a', containerId: 'c1', ifName: 'eth0', netns: '', config });
  await writeFile(join(host.plugins.cacheDir, 'results'), '');
  await expect(host.operator.detach({ id: 'c1' })).rejects.toMatchObject({
    errors: [{ code: 'ERR_CACHE', file: join(host.plugins.cacheDir, 'results') }],
  });
  expect(await host.order()).toEqual(['DEL one eth0']);
});
