import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CNIConfig, networkPluginConfFromBytes, type PluginTrace, type Verb } from '../../src/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';
import { isRunning } from '../platform/helper/harness/processes.js';

interface Limits {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

type Run = (cni: CNIConfig, limits: Limits) => Promise<unknown>;

const list = listOfTypes(['one', 'two'], { cniVersion: '1.1.0' });
const old = listOfTypes(['one', 'two'], { cniVersion: '1.0.0' });
const plugin = networkPluginConfFromBytes('{"cniVersion":"1.1.0","name":"net","type":"one"}');
const add = { rollback: false };
const valid = { validAttachments: [rt] };
const none = { validAttachments: [] };
const plugins = usePluginFolder();

/** Those that run one plugin after another, with the first and the second plugin to run. */
const oneByOne: [string, Verb, [string, string], Run][] = [
  ['addNetworkList', 'ADD', ['one', 'two'], (cni, more) => cni.addNetworkList(list, rt, { ...add, ...more })],
  ['checkNetworkList', 'CHECK', ['one', 'two'], (cni, more) => cni.checkNetworkList(list, rt, more)],
  ['delNetworkList', 'DEL', ['two', 'one'], (cni, more) => cni.delNetworkList(list, rt, more)],
  ['gcNetworkList of nothing', 'GC', ['one', 'two'], (cni, more) => cni.gcNetworkList(list, valid, more)],
  ['gcNetworkList of a pod', 'DEL', ['two', 'one'], (cni, more) => cni.gcNetworkList(list, none, more)],
  ['getStatusNetworkList', 'STATUS', ['one', 'two'], (cni, more) => cni.getStatusNetworkList(list, more)],
];

/** Those that run a single plugin, or all at the same time. */
const atOnce: [string, Verb, string[], Run][] = [
  ['validateNetworkList', 'VERSION', ['one', 'two'], (cni, more) => cni.validateNetworkList(list, more)],
  ['validateNetwork', 'VERSION', ['one'], (cni, more) => cni.validateNetwork(plugin, more)],
  ['getVersionInfo', 'VERSION', ['one'], (cni, more) => cni.getVersionInfo('one', more)],
  ['addNetwork', 'ADD', ['one'], (cni, more) => cni.addNetwork(plugin, rt, { ...add, ...more })],
  ['checkNetwork', 'CHECK', ['one'], (cni, more) => cni.checkNetwork(plugin, rt, more)],
  ['delNetwork', 'DEL', ['one'], (cni, more) => cni.delNetwork(plugin, rt, more)],
];

const started = [
  ...oneByOne.map(([name, verb, [first], run]) => [name, verb, [first], run] as const),
  ...atOnce,
];

/** What runs before the test's own call: the ADD that makes a record. */
const before = ['ADD one', 'ADD two'];

beforeEach(async () => {
  mkdirSync(join(plugins.folder.root, 'running'));
  for (const type of ['one', 'two']) await plugins.folder.add(type, { ADD: { stdout: resultText() } });
  await plugins.cni.addNetworkList(list, rt);
});

/** From now on the plugins do not end by themselves when they are asked with this verb. */
async function stall(verb: Verb): Promise<void> {
  const shell = `: > ${join(plugins.folder.root, 'running')}/$$; exec sleep 60`;
  for (const type of ['one', 'two']) await plugins.folder.add(type, { [verb]: { shell } });
}

/** The processes of plugins that do not end by themselves, whether or not they were ended. */
function stalled(): number[] {
  return readdirSync(join(plugins.folder.root, 'running')).map(Number);
}

/** The call is over, so what it ran must be over too. */
async function expectOnlyAndEnded(verb: Verb, types: readonly string[]): Promise<void> {
  expect(stalled()).toHaveLength(types.length);
  expect(stalled().filter(isRunning)).toEqual([]);
  await expectOrder(verb, types);
}

async function expectOrder(verb: Verb, types: readonly string[]): Promise<void> {
  const after = (await plugins.folder.order()).slice(before.length);
  expect(after.sort()).toEqual(types.map((type) => `${verb} ${type}`).sort());
  expect(await plugins.cni.getCachedAttachments()).toHaveLength(1);
}

describe.each(started)('%s', (_, verb, types, run) => {
  it('that is aborted before it starts runs nothing', async () => {
    const signal = AbortSignal.abort(new Error('early'));
    await expect(run(plugins.cni, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED' });
    await expectOrder(verb, []);
  });

  it('whose time is up before it starts runs nothing', async () => {
    await expect(run(plugins.cni, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await expectOrder(verb, []);
  });

  it('that is aborted while a plugin runs ends it and starts no other', async () => {
    await stall(verb);
    const controller = new AbortController();
    const outcome = expect(run(plugins.cni, { signal: controller.signal })).rejects.toMatchObject({
      code: 'ERR_ABORTED',
    });
    await expect.poll(stalled, { timeout: 10_000 }).toHaveLength(types.length);
    controller.abort();
    await outcome;
    await expectOnlyAndEnded(verb, types);
  });

  it('whose time is up while a plugin runs ends it and starts no other', async () => {
    await stall(verb);
    await expect(run(plugins.cni, { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    await expectOnlyAndEnded(verb, types);
  });
});

/** Those that have no plugin to run. */
const idle: [string, Run][] = [
  [
    'checkNetworkList with disableCheck',
    (cni, more) => cni.checkNetworkList({ ...list, disableCheck: true }, rt, more),
  ],
  [
    'gcNetworkList with disableGC',
    (cni, more) => cni.gcNetworkList({ ...list, disableGC: true }, none, more),
  ],
  ['gcNetworkList with dryRun', (cni, more) => cni.gcNetworkList(list, none, { dryRun: true, ...more })],
  ['gcNetworkList before 1.1.0', (cni, more) => cni.gcNetworkList(old, valid, more)],
  ['getStatusNetworkList before 1.1.0', (cni, more) => cni.getStatusNetworkList(old, more)],
];

describe.each(idle)('%s, where nothing is to be run,', (_, run) => {
  it('succeeds', async () => {
    await run(plugins.cni, {});
    expect(await plugins.folder.order()).toEqual(before);
  });

  it('says that it was aborted before it started', async () => {
    const signal = AbortSignal.abort(new Error('early'));
    await expect(run(plugins.cni, { signal })).rejects.toMatchObject({ code: 'ERR_ABORTED', network: 'net' });
  });

  it('says that its time was up before it started', async () => {
    await expect(run(plugins.cni, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'ERR_TIMEOUT',
      network: 'net',
    });
  });
});

describe.each(oneByOne)('%s, between two plugins,', (_, verb, [first, second], run) => {
  /** Calls back when the first plugin has ended, before anything else is done. */
  async function whenFirstEnds(action: () => void, body: () => Promise<void>): Promise<void> {
    const listener = (message: unknown) => {
      const trace = message as PluginTrace;
      if (trace.plugin === first && trace.verb === verb) action();
    };
    subscribe('tracing:libcni:plugin:asyncEnd', listener);
    await body().finally(() => unsubscribe('tracing:libcni:plugin:asyncEnd', listener));
  }

  it('starts the second if nobody stops it', async () => {
    await run(plugins.cni, {});
    const after = (await plugins.folder.order()).slice(before.length, before.length + 2);
    expect(after).toEqual([`${verb} ${first}`, `${verb} ${second}`]);
  });

  it('is aborted: the second is not started', async () => {
    const controller = new AbortController();
    await whenFirstEnds(
      () => controller.abort(),
      async () => {
        await expect(run(plugins.cni, { signal: controller.signal })).rejects.toMatchObject({
          code: 'ERR_ABORTED',
        });
      },
    );
    await expectOrder(verb, [first]);
  });

  it('has no time left: the second is not started', async () => {
    const until = performance.now() + 800;
    const wait = () => {
      while (performance.now() < until);
    };
    await whenFirstEnds(wait, async () => {
      await expect(run(plugins.cni, { timeoutMs: 600 })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
    });
    await expectOrder(verb, [first]);
  });
});
