import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CNIOperator } from '../../../src/index.js';
import { resultText } from '../../fixtures/plugins/plugin-folder.js';
import { whatStays } from '../../fixtures/what-stays.js';
import { FixtureNetworks } from '../harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

const request = { id: 'c1', netns: '/run/netns/none' };
const up = { stdout: resultText('127.0.0.1/8', '0.3.1') };
const failing = { exitCode: 1 };

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  await networks.add('b', { type: 'two' });
  await networks.plugins.add('loopback', { ADD: up });
  operator = await networks.operator({ loopback: 'plugin' });
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

/** Cache entries, and what is left of the operator's own state. */
function left(): Promise<string[]> {
  return whatStays(leftNow);
}

async function leftNow(): Promise<string[]> {
  const folders = ['results', 'libcni/journal', 'libcni/locks'];
  const names = folders.map((folder) => readdir(join(networks.plugins.cacheDir, folder)).catch(() => []));
  return (await Promise.all(names)).flat().filter((name) => name !== 'tmp');
}

describe('`lo` by plugin', () => {
  it('is brought up first and taken down by detaching, and is no network of the result', async () => {
    const result = await operator.attach(request);
    expect(result.networks.map(({ name }) => name)).toEqual(['a']);
    await operator.detach({ id: 'c1' });
    const order = await networks.plugins.order();
    expect(order.slice(0, 2)).toEqual(['ADD loopback', 'ADD one']);
    expect(order.slice(2).sort()).toEqual(['DEL loopback', 'DEL one']);
    expect(await left()).toEqual([]);
  });

  it('goes when a network fails behind it', async () => {
    await networks.plugins.add('one', { ADD: failing });
    await expect(operator.attach(request)).rejects.toMatchObject({ plugin: 'one', rollbackErrors: [] });
    expect(await networks.plugins.order()).toEqual(['ADD loopback', 'ADD one', 'DEL one', 'DEL loopback']);
    expect(await left()).toEqual([]);
  });

  it('goes when it fails itself', async () => {
    await networks.plugins.add('loopback', { ADD: failing });
    await expect(operator.attach(request)).rejects.toMatchObject({ plugin: 'loopback' });
    expect(await networks.plugins.order()).toEqual(['ADD loopback', 'DEL loopback']);
    expect(await left()).toEqual([]);
  });

  it('is in the journal before its plugin runs', async () => {
    const { root, cacheDir } = networks.plugins;
    const shell = `cp ${cacheDir}/libcni/journal/*.json ${root}/seen`;
    await networks.plugins.add('loopback', { ADD: { ...up, shell } });
    await operator.attach(request);
    expect(await readdir(root)).toContain('seen');
  });

  it('stays when a later attach of the same container fails', async () => {
    await operator.attach(request);
    await networks.plugins.add('two', { ADD: failing });
    await expect(
      operator.attach({ ...request, networks: [{ name: 'b', ifName: 'eth1' }] }),
    ).rejects.toThrow();
    expect(await networks.plugins.order()).not.toContain('DEL loopback');
    expect((await left()).sort()).toEqual(['a-c1-eth0', 'cni-loopback-c1-lo']);
  });

  it('is not taken from a container where bringing it up once more fails', async () => {
    await operator.attach(request);
    await networks.plugins.add('loopback', { ADD: failing });
    const again = { ...request, networks: [{ name: 'b', ifName: 'eth1' }] };
    await expect(operator.attach(again)).rejects.toMatchObject({ plugin: 'loopback' });
    await networks.plugins.add('loopback', { ADD: up });
    await operator.attach(again);
    expect(await networks.plugins.order()).not.toContain('DEL loopback');
  });
});
