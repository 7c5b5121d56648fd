import { once } from 'node:events';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.configure('a', { type: 'late', ipam: { type: 'addresses' } });
});

afterEach(() => networks[Symbol.asyncDispose]());

/** A poll that never comes: what is noticed is noticed by events. */
const watch = { watch: true, debounceMs: 20, pollMs: 3_600_000 };

describe('an operator that watches, without the check of plugins', () => {
  it('tells of a plugin that arrives or goes, and has a fresh status then', async () => {
    const operator = await networks.operator(watch);
    await networks.plugins.add('addresses');
    expect(await operator.status()).toMatchObject({
      ready: false,
      networks: [{ code: 'ERR_PLUGIN_NOT_FOUND' }],
    });
    const arrival = once(operator, 'plugins');
    const made = await networks.plugins.add('late');
    await arrival;
    expect(await operator.status()).toMatchObject({ ready: true });
    const departure = once(operator, 'plugins');
    await rm(made);
    await departure;
    expect(await operator.status()).toMatchObject({ ready: false });
    expect(operator.snapshot().generation).toBe(1);
  });

  it('notices one that arrives in the folder of its vendor, which was not there', async () => {
    const { bin, root } = networks.plugins;
    const later = join(root, 'opt', 'late', 'bin');
    const operator = await networks.operator({
      ...watch,
      binDirs: [join(root, 'none')],
      pluginDirs: () => [later],
    });
    expect(await operator.status()).toMatchObject({ ready: false });
    await networks.plugins.add('addresses');
    await networks.plugins.add('late');
    const arrival = once(operator, 'plugins');
    await mkdir(join(root, 'opt', 'late'), { recursive: true });
    await rename(bin, later);
    await arrival;
    expect(await operator.status()).toMatchObject({ ready: true });
  });
});
