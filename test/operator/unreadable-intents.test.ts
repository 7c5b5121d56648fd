import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/operator/state/journal.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const networks = [{ name: 'a', ifName: 'eth1' }];
const portMappings = [{ hostPort: 8080, containerPort: 80 }];
let file: string;

/** What cannot be read is not gone: a folder in the place of the file is as good as a disk that fails. */
beforeEach(async () => {
  file = join(host.plugins.cacheDir, 'libcni', 'journal', 'a+other+eth1.json');
  await mkdir(file, { recursive: true });
});

describe('an entry of the journal that cannot be read', () => {
  it('may have the port that an attach asks for', async () => {
    const attaching = host.operator.attach({ ...request, capabilityArgs: { portMappings } });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CACHE', file });
    expect(await host.order()).toEqual([]);
    await host.operator.attach(request);
  });

  it('is not written over by an attach of the same attachment', async () => {
    const attaching = host.operator.attach({ ...request, id: 'other', networks });
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_CACHE', file, containerId: 'other' });
    expect([...(await host.order()), ...(await readdir(file))]).toEqual([]);
  });

  it('is a failure of the detach of its container, which goes on', async () => {
    await host.operator.attach({ ...request, id: 'other' });
    await expect(host.operator.detach({ id: 'other' })).rejects.toMatchObject({
      errors: [{ code: 'ERR_CACHE', file, network: 'a', containerId: 'other', ifName: 'eth1' }],
    });
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
    await host.operator.detach({ id: 'other', networks: [{ name: 'b' }] });
    await host.operator.detach({ id: 'c1' });
  });
});

it('records that cannot be listed do not keep an ADD that was cut short from being undone', async () => {
  const config = JSON.stringify({ cniVersion: '1.1.0', name: 'a', plugins: [{ type: 'one' }] });
  const journal = new Journal(join(host.plugins.cacheDir, 'libcni'));
  await journal.begin({ network: 'a', containerId: 'c1', ifName: 'eth0', netns: '', config });
  await writeFile(join(host.plugins.cacheDir, 'results'), '');
  await expect(host.operator.detach({ id: 'c1' })).rejects.toMatchObject({
    errors: [{ code: 'ERR_CACHE', file: join(host.plugins.cacheDir, 'results') }],
  });
  expect(await host.order()).toEqual(['DEL one eth0']);
});
