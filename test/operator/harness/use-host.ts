import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { CNIOperator } from '../../../src/index.js';
import { type PluginFolder, resultText } from '../../fixtures/plugins/plugin-folder.js';
import { whatStays } from '../../fixtures/what-stays.js';
import { FixtureNetworks } from './fixture-networks.js';

/** The attachment of most tests. */
export const request = { id: 'c1', netns: '/run/netns/none' };

/** The answer of a failing plugin. */
export const failure = { stdout: '{"code":100,"msg":"no"}', exitCode: 1 };

/** The fixture for tests of an operator. */
export interface Host {
  readonly networks: FixtureNetworks;
  readonly plugins: PluginFolder;
  readonly operator: CNIOperator;
  /** The cache entries, sorted. */
  attachments(): Promise<string[]>;
  /** The files in the journal, and the locks. */
  stateLeft(): Promise<string[]>;
  /** The same, immediately. */
  stateNow(): Promise<string[]>;
  /** The runs as `VERB type interface`, in order. */
  order(): Promise<string[]>;
}

/**
 * The networks `a`, with plugin `one`, and `b`, with plugin `two`, and an operator for them. All are new for each test of
 * the file that calls this.
 */
export function useHost(): Host {
  let networks: FixtureNetworks;
  let operator: CNIOperator;
  beforeEach(async () => {
    networks = await twoNetworks();
    operator = await networks.operator();
  });
  afterEach(async () => {
    await networks[Symbol.asyncDispose]();
  });
  return {
    get networks() {
      return networks;
    },
    get plugins() {
      return networks.plugins;
    },
    get operator() {
      return operator;
    },
    attachments: () => attachmentsIn(networks.plugins),
    stateNow: () => stateLeftIn(networks.plugins),
    stateLeft: () => whatStays(() => stateLeftIn(networks.plugins)),
    order: () => orderIn(networks.plugins),
  };
}

async function twoNetworks(): Promise<FixtureNetworks> {
  const networks = await FixtureNetworks.create();
  await networks.configure('a', { type: 'one', capabilities: { portMappings: true, mac: true } });
  await networks.configure('b', { type: 'two' });
  await networks.plugins.add('one', { ADD: { stdout: resultText('10.1.0.2/24') } });
  await networks.plugins.add('two', { ADD: { stdout: resultText('10.2.0.2/24') } });
  return networks;
}

async function attachmentsIn({ cacheDir }: PluginFolder): Promise<string[]> {
  const names = await readdir(join(cacheDir, 'results')).catch(() => []);
  return names.sort();
}

async function stateLeftIn({ cacheDir }: PluginFolder): Promise<string[]> {
  const state = join(cacheDir, 'libcni');
  const journal = (await readdir(join(state, 'journal')).catch(() => [])).filter((name) => name !== 'tmp');
  return [...journal, ...(await readdir(join(state, 'locks')).catch(() => []))];
}

async function orderIn(plugins: PluginFolder): Promise<string[]> {
  return (await plugins.calls()).map(({ verb, plugin, env }) => `${verb} ${plugin} ${env.CNI_IFNAME}`);
}
