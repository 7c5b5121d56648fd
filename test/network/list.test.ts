import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { NetworkFilters } from '../../src/index.js';
import { useNetworks } from './harness/use-networks.js';

const fixture = useNetworks();

describe('of four networks', () => {
  beforeEach(async () => {
    await fixture.networks.create({ name: 'web', labels: { team: 'a', tier: 'front' } });
    await fixture.networks.create({ name: 'data', internal: true, labels: { team: 'b' } });
    await fixture.networks.create({ name: 'lan', driver: 'macvlan', parent: 'lo' });
    const plugins = [{ type: 'ptp', ipam: { type: 'host-local', subnet: '10.66.0.0/24' } }];
    await writeFile(
      join(fixture.confDir, 'other.conflist'),
      JSON.stringify({ cniVersion: '0.4.0', name: 'other', plugins }),
    );
  });

  const cases: [NetworkFilters, string[]][] = [
    [{}, ['data', 'lan', 'other', 'web']],
    [{ name: 'web' }, ['web']],
    [{ name: ['^w', 'a$'] }, ['data', 'web']],
    [{ driver: 'bridge' }, ['data', 'web']],
    [{ driver: ['macvlan', 'ptp'] }, ['lan', 'other']],
    [{ label: 'team' }, ['data', 'web']],
    [{ label: ['team=a', 'tier=front'] }, ['web']],
    [{ 'label!': 'team' }, ['lan', 'other']],
    [{ plugin: 'portmap' }, ['web']],
    [{ driver: 'bridge', label: 'team=b' }, ['data']],
    [{ until: '1h' }, []],
    [{ until: '2100-01-01T00:00:00Z' }, ['data', 'lan', 'other', 'web']],
    [{ dangling: true }, ['data', 'lan', 'other', 'web']],
    [{ dangling: false }, []],
  ];
  it.each(cases)('%o selects %o', async (filters, names) => {
    expect((await fixture.networks.list(filters)).map(({ name }) => name)).toEqual(names);
  });

  it('finds one by name, id, or the unique beginning of an id', async () => {
    const { id } = await fixture.networks.inspect('web');
    expect((await fixture.networks.list({ id: id.slice(0, 12) })).map(({ name }) => name)).toEqual(['web']);
    for (const reference of [id, id.slice(0, 8)])
      expect((await fixture.networks.inspect(reference)).name).toBe('web');
    const all = (await fixture.networks.list()).map((network) => network.id[0]);
    const shared = all.find((first, index) => all.indexOf(first) !== index);
    if (shared)
      await expect(fixture.networks.inspect(shared)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    await expect(fixture.networks.inspect('nosuch')).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: expect.stringContaining('data, lan, other, web'),
    });
  });

  it('removes those of the library only', async () => {
    await expect(fixture.networks.remove('other')).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    expect(await fixture.networks.prune({ 'label!': 'team' })).toEqual([{ network: 'lan' }]);
    expect((await fixture.networks.list()).map(({ name }) => name)).toEqual(['data', 'other', 'web']);
  });
});

it.each([
  [{ colour: 'red' }, 'colour'],
  [{ name: '(' }, 'neither a name nor a regular expression'],
  [{ until: 'soon' }, 'is not a time'],
  [{ dangling: 'yes' }, 'must be true or false'],
])('refuses the filter %o', async (filters, said) => {
  const refused = fixture.networks.list(filters as NetworkFilters);
  await expect(refused).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
    message: expect.stringContaining(said),
  });
});

it('lets a broken file stand in nobody’s way, but for its own name', async () => {
  const { file } = await fixture.networks.create({ name: 'broken' });
  await fixture.networks.create({ name: 'whole' });
  await writeFile(file, '{"name": "broken", "plugins": [');
  expect((await fixture.networks.list()).map(({ name }) => name)).toEqual(['whole']);
  expect(await fixture.networks.problems()).toEqual([expect.objectContaining({ file })]);
  await expect(fixture.networks.create({ name: 'broken' })).rejects.toMatchObject({
    code: 'ERR_CONFLICT',
    file,
  });
  await expect(fixture.networks.inspect('broken')).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', file });
  await fixture.networks.create({ name: 'third' });
  await fixture.networks.remove('broken', { force: true });
  expect(await fixture.networks.problems()).toEqual([]);
  await rm(join(fixture.confDir), { recursive: true });
  expect(await fixture.networks.list()).toEqual([]);
});
