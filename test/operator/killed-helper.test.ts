import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CNIOperator, type Exec, HelperClient, ProcessExec } from '../../src/index.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { whatStays } from '../fixtures/what-stays.js';
import { until } from '../integration/harness/eventually.js';
import { endProcess } from '../platform/helper/harness/processes.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let helpers: readonly [InterruptedHelper, HelperClient];
let working: CNIOperator;
let other: CNIOperator;
let collecting: Promise<unknown> | undefined;
let afterRun: ReadonlyMap<string, () => Promise<unknown>>;
let afterLock: ReadonlyMap<string, () => Promise<unknown>>;

const names = ['a', 'b', 'c'];
const request = { id: 'c1', netns: '/run/netns/none', networks: names.map((name) => ({ name })) };
const valid = [{ id: 'c1', ifNames: ['eth0', 'eth1', 'eth2'] }];

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  // A helper is to the others what another process is.
  helpers = [new InterruptedHelper(), new HelperClient()];
  for (const name of names) {
    await networks.add(name, { type: `on-${name}` }, { cniVersion: '1.1.0' });
    await answer(name, 0);
  }
  afterRun = new Map();
  afterLock = new Map();
  // Where records are synced later, locks are taken once more, at no certain time.
  working = await networks.operator({ helper: helpers[0], exec: interruptedExec(), sync: true });
  other = await networks.operator({ helper: helpers[1] });
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
  for (const helper of helpers) await helper[Symbol.asyncDispose]();
});

/** Does what `afterLock` says once a lock has been given back. */
class InterruptedHelper extends HelperClient {
  override async tryLock(path: string): Promise<(() => Promise<void>) | undefined> {
    const release = await super.tryLock(path);
    if (release === undefined) return undefined;
    let after = afterLock.get(basename(path));
    return async () => {
      await release();
      await after?.();
      after = undefined;
    };
  }
}

/** A plugin that notes when it begins and ends, in between of which are some seconds. */
async function answer(name: string, seconds: number): Promise<void> {
  const note = (what: string) => `echo ${what} $CNI_COMMAND ${name} >> ${networks.plugins.root}/log`;
  const shell = `${note('begin')}; sleep ${seconds}; ${note('end')}`;
  const stdout = resultText('10.1.0.2/24', '1.1.0');
  await networks.plugins.add(`on-${name}`, { ADD: { shell, stdout }, DEL: { shell }, GC: { shell } });
}

async function log(): Promise<string[]> {
  const text = await readFile(join(networks.plugins.root, 'log'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
}

function stateLeft(): Promise<string[]> {
  return whatStays(stateNow);
}

async function stateNow(): Promise<string[]> {
  const folder = join(networks.plugins.cacheDir, 'libcni');
  const [journal, locks] = await Promise.all([
    readdir(join(folder, 'journal')),
    readdir(join(folder, 'locks')),
  ]);
  return [...journal.filter((name) => name !== 'tmp'), ...locks];
}

async function records(): Promise<string[]> {
  const names = await readdir(join(networks.plugins.cacheDir, 'results')).catch(() => []);
  return names.sort();
}

/** Runs plugins without the helper, and does what `afterRun` says once a verb of a plugin has ended. */
function interruptedExec(): Exec {
  const exec = new ProcessExec();
  return {
    findInPath: (plugin, paths) => exec.findInPath(plugin, paths),
    execPlugin: async (path, stdin, env, options) => {
      const printed = await exec.execPlugin(path, stdin, env, options);
      await afterRun.get(`${env.CNI_COMMAND} ${path.replace(/.*on-/, '')}`)?.();
      return printed;
    },
  };
}

/** Kills the helper of the operator that works, and waits until that has been noticed. */
async function killHelper(): Promise<void> {
  const [helper] = helpers;
  const { pid } = helper;
  if (pid === undefined) throw new Error('there is no helper to kill');
  endProcess(pid);
  await until(async () => helper.pid !== pid);
}

/** The same, and begins a collection that has not ended yet. */
async function killAndCollect(): Promise<void> {
  await killHelper();
  collecting = other.gc({ valid });
  await until(async () => (await log()).includes('begin GC c'));
}

describe('an attach whose helper is killed before its next network', () => {
  it('keeps garbage collection of others waiting again', async () => {
    await answer('b', 0.5);
    afterLock = new Map([['a-c1-eth0', killHelper]]);
    const attaching = working.attach(request);
    await until(async () => (await log()).includes('begin ADD b'));
    await other.gc({ valid });
    await attaching;
    const lines = await log();
    expect(lines.indexOf('end ADD c')).toBeLessThan(lines.indexOf('begin GC a'));
    expect(await records()).toEqual(['a-c1-eth0', 'b-c1-eth1', 'c-c1-eth2']);
  });

  it('waits for a collection that came in between', async () => {
    await answer('c', 0.5);
    afterLock = new Map([['a-c1-eth0', killAndCollect]]);
    await working.attach(request);
    await collecting;
    const lines = await log();
    expect(lines.indexOf('end GC c')).toBeLessThan(lines.indexOf('begin ADD b'));
    expect(await records()).toHaveLength(3);
  });

  it('does not wait for that collection longer than it may, and takes down what it made', async () => {
    await answer('c', 1.5);
    afterLock = new Map([['a-c1-eth0', killAndCollect]]);
    await expect(working.attach(request, { timeoutMs: 600 })).rejects.toMatchObject({ code: 'ERR_LOCKED' });
    await collecting;
    expect(await log()).not.toContain('begin ADD b');
    expect(await records()).toEqual([]);
  });

  it('fails where a collection took its first networks down, and leaves nothing', async () => {
    const collect = async () => {
      await killHelper();
      await other.gc({ valid: [] });
    };
    afterLock = new Map([['c-c1-eth2', collect]]);
    const attaching = working.attach(request);
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_HELPER', network: 'a', rollbackErrors: [] });
    expect(await records()).toEqual([]);
    expect(await log()).toContain('begin DEL c');
  });

  it('does not lead an operation that is begun later to rely on the lock that has ended', async () => {
    await answer('b', 0.5);
    let next: Promise<unknown> | undefined;
    const attachNext = async () => {
      await killHelper();
      next = working.attach({ ...request, id: 'c2', networks: [{ name: 'b' }] });
      await until(async () => (await log()).includes('begin ADD b'));
      collecting = other.gc({ valid });
    };
    afterLock = new Map([['a-c1-eth0', attachNext]]);
    await working.attach({ ...request, networks: [{ name: 'a' }] });
    await Promise.all([next, collecting]);
    const lines = await log();
    expect(lines.indexOf('end ADD b')).toBeLessThan(lines.indexOf('begin GC a'));
  });
});

describe('a network of two plugins, between which the helper is killed,', () => {
  const chain = { ...request, networks: [{ name: 'chain' }] };
  const key = { network: 'chain', containerId: 'c1', ifName: 'eth0' };

  beforeEach(async () => {
    const plugins = [{ type: 'on-a' }, { type: 'on-b' }];
    await networks.configure('chain', {}, { cniVersion: '1.1.0', plugins });
    await working.reload();
    await other.reload();
  });

  it('is not attached any further, and undone under the lock', async () => {
    afterRun = new Map([['ADD a', killHelper]]);
    const attaching = working.attach(chain);
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_HELPER', ...key, rollbackErrors: [] });
    const verbs = (await log()).filter((line) => line.startsWith('begin'));
    expect(verbs).toEqual(['begin ADD a', 'begin DEL b', 'begin DEL a']);
    expect([...(await records()), ...(await stateLeft())]).toEqual([]);
  });

  it('is left to the container that has it by then', async () => {
    const killAndAttach = async () => {
      await killHelper();
      await other.attach(chain);
    };
    afterRun = new Map([['ADD a', killAndAttach]]);
    const attaching = working.attach(chain);
    await expect(attaching).rejects.toMatchObject({ code: 'ERR_HELPER', ...key, rollbackErrors: [] });
    expect((await log()).at(-1)).toBe('end ADD b');
    expect(await records()).toEqual(['chain-c1-eth0']);
    expect(await stateLeft()).toEqual([]);
  });

  it('is not detached any further, and can be detached again', async () => {
    await working.attach(chain);
    afterRun = new Map([['DEL b', killHelper]]);
    const errors = [{ code: 'ERR_HELPER', verb: 'DEL', ...key }];
    await expect(working.detach({ id: 'c1' })).rejects.toMatchObject({ errors });
    expect(await log()).not.toContain('begin DEL a');
    expect(await records()).toEqual(['chain-c1-eth0']);
    afterRun = new Map();
    await working.detach({ id: 'c1' });
    expect(await records()).toEqual([]);
  });
});

it('an attachment that others make while its helper is killed in the middle of an ADD is left to them', async () => {
  await answer('a', 0.5);
  const [helper, anotherHelper] = helpers;
  const attachA = { ...request, networks: [{ name: 'a' }] };
  const first = await networks.operator({ helper });
  const second = await networks.operator({ helper: anotherHelper });
  const attaching = expect(first.attach(attachA)).rejects.toMatchObject({
    code: 'ERR_HELPER',
    rollbackErrors: [],
  });
  await until(async () => (await log()).includes('begin ADD a'));
  // It waits for the lock, which is free when the helper is dead.
  const taking = second.attach(attachA);
  await killHelper();
  await Promise.all([taking, attaching]);
  const begun = (await log()).filter((line) => line.startsWith('begin'));
  expect(begun).toEqual(['begin ADD a', 'begin DEL a', 'begin ADD a']);
  expect(await records()).toEqual(['a-c1-eth0']);
  expect(await stateLeft()).toEqual([]);
});

it('a collection whose helper is killed goes no further, since others may be at work', async () => {
  await other.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
  const killAndAttach = async () => {
    await killHelper();
    await other.attach({ ...request, id: 'c3', networks: [{ name: 'c' }] });
  };
  afterRun = new Map([['DEL a', killAndAttach]]);
  await expect(working.gc({ valid: [] })).rejects.toMatchObject({ code: 'ERR_HELPER', verb: 'DEL' });
  // What was taken down could have been made anew by then, so nothing is forgotten.
  expect(await records()).toEqual(['a-c1-eth0', 'b-c1-eth1', 'c-c3-eth0']);
  expect(await log()).not.toContain('begin DEL b');
  expect((await log()).filter((line) => line.includes('GC'))).toEqual([]);
});
