import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { useLab } from '../harness/lab.js';
import { pluginDir } from '../harness/plugin-dirs.js';
import { confDir } from '../operator/harness/operators.js';
import { openNetworks } from './harness/networks.js';

const lab = useLab();
const execute = promisify(execFile);
const creator = fileURLToPath(new URL('../../fixtures/network/create-network.mjs', import.meta.url));
const madeSchema = z.object({ name: z.string(), interface: z.string(), subnet: z.string() });

it('gives twenty concurrent processes different names, bridges and subnets', async () => {
  const runs = Array.from({ length: 20 }, () =>
    execute(process.execPath, [creator, confDir(lab), lab.cacheDir, pluginDir]),
  );
  const made = (await Promise.all(runs)).map(({ stdout }) => madeSchema.parse(JSON.parse(stdout)));
  for (const key of ['name', 'interface', 'subnet'] as const)
    expect(new Set(made.map((one) => one[key])).size).toBe(20);
  const networks = await openNetworks(lab);
  expect(await networks.list()).toHaveLength(20);
  expect(await networks.prune()).toHaveLength(20);
  expect(await readdir(confDir(lab))).toEqual([]);
}, 180_000);

it('makes and removes two hundred networks', async () => {
  const networks = await openNetworks(lab);
  for (let count = 0; count < 200; count++) await networks.create();
  const all = await networks.list();
  expect(all).toHaveLength(200);
  expect(new Set(all.map(({ subnets }) => subnets[0]?.subnet)).size).toBe(200);
  const outcomes = await networks.remove(all.map(({ name }) => name));
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(await readdir(confDir(lab))).toEqual([]);
}, 180_000);
