import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryName } from '../../src/files/temporary-name.js';
import { type CNIOperator, createResult, HelperClient } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { GcGate } from '../../src/operator/locks/gc-gate.js';
import { LockStore } from '../../src/platform/locks/lock-store.js';
import { abandonedName } from '../files/harness/altered-name.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { endProcess } from '../platform/helper/harness/processes.js';
import { shell } from '../platform/helper/harness/shell.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;
let journal: Journal;

const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };
const config = JSON.stringify({ cniVersion: '1.1.0', name: 'a', plugins: [{ type: 'one' }] });
const nothing = { undone: [], busy: [], failed: [], setAside: [] };

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' }, { cniVersion: '1.1.0' });
  operator = await networks.operator();
  journal = new Journal(join(networks.plugins.cacheDir, 'libcni'));
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

/** A path in the folder of the journal. */
function inJournal(...names: string[]): string {
  return join(networks.plugins.cacheDir, 'libcni', 'journal', ...names);
}

async function entries(): Promise<string[]> {
  return (await readdir(inJournal())).filter((name) => name !== 'tmp');
}

/** An attach whose record is on disk, so that its intent has gone. */
async function attachSynced(): Promise<void> {
  await operator.attach({ id: 'c1', netns: '/run/netns/none' });
  await until(async () => (await entries()).length === 0);
}

describe('recovery', () => {
  it('sets an entry aside that a power failure has emptied, says so once, and goes on', async () => {
    await journal.begin({ ...key, netns: '', config });
    const [file = ''] = await entries();
    await writeFile(inJournal(file), '');
    await journal.begin({ ...key, containerId: 'c2', netns: '', config });
    expect(await operator.recover()).toEqual({
      ...nothing,
      undone: [{ ...key, containerId: 'c2' }],
      setAside: [{ file: expect.stringContaining(inJournal('unreadable')), attachment: key }],
    });
    expect(await entries()).toEqual(['unreadable']);
    expect(await operator.recover()).toEqual(nothing);
  });

  it('sets a file aside that is not a journal entry', async () => {
    await mkdir(inJournal(), { recursive: true });
    await writeFile(inJournal('x.json'), '{"kind":"other"}');
    const { setAside, failed } = await operator.recover();
    expect([setAside, failed]).toEqual([[{ file: expect.any(String), attachment: undefined }], []]);
  });

  it('fails where the journal cannot be read, and names it', async () => {
    await mkdir(join(networks.plugins.cacheDir, 'libcni'), { recursive: true });
    await writeFile(inJournal(), '');
    await expect(operator.recover()).rejects.toMatchObject({
      name: 'LibcniError',
      code: 'ERR_CACHE',
      file: inJournal(),
      cause: { code: 'ENOTDIR' },
    });
  });

  it('sets an entry aside that nobody can read', async () => {
    const file = inJournal('a+c1+eth0.json');
    await mkdir(file, { recursive: true });
    expect(await operator.recover()).toMatchObject({
      failed: [],
      setAside: [{ file: expect.stringContaining('unreadable/a+c1+eth0.json.'), attachment: key }],
    });
    expect(await entries()).toEqual(['unreadable']);
  });

  it('takes down what a failed ADD left over a record that cannot be read', async () => {
    await attachSynced();
    await writeFile(join(networks.plugins.cacheDir, 'results', 'a-c1-eth0'), '');
    await networks.plugins.add('one', { ADD: { exitCode: 1 } });
    const attaching = operator.attach({ id: 'c1', netns: '/run/netns/none' });
    await expect(attaching).rejects.toMatchObject({ plugin: 'one', verb: 'ADD' });
    expect(await networks.plugins.order()).toEqual(['ADD one', 'ADD one']);
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
    expect((await networks.plugins.order()).slice(2)).toEqual(['DEL one']);
    expect(await readdir(join(networks.plugins.cacheDir, 'results'))).toEqual([]);
  });

  it('gives the DEL of an interrupted ADD the last result that was noted', async () => {
    const result = createResult(resultText('10.1.0.2/24'));
    await journal.begin({ ...key, netns: '', config });
    await journal.progress(key, result);
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
    const [del] = await networks.plugins.calls();
    expect(JSON.parse(del?.stdin ?? '').prevResult).toEqual({ ...result, cniVersion: '1.1.0' });
    expect(await entries()).toEqual([]);
  });

  it('tries once more what has failed, since what stood in its way may have passed', async () => {
    const { root } = networks.plugins;
    await networks.plugins.add('one', {
      DEL: { shell: `[ -e ${root}/failed ] || { touch ${root}/failed; exit 1; }` },
    });
    await journal.begin({ ...key, netns: '', config });
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
    expect(await networks.plugins.order()).toEqual(['DEL one', 'DEL one']);
    expect(await entries()).toEqual([]);
  });

  it('tries an interrupted DEL once more, too', async () => {
    const { root } = networks.plugins;
    await attachSynced();
    await journal.leave(key);
    await networks.plugins.add('one', {
      DEL: { shell: `[ -e ${root}/failed ] || { touch ${root}/failed; exit 1; }` },
    });
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
    expect(await networks.plugins.order()).toEqual(['ADD one', 'DEL one', 'DEL one']);
    expect(await operator.recover()).toEqual(nothing);
  });

  it('forgets an attachment whose DEL was interrupted after the removal of its record', async () => {
    await attachSynced();
    await journal.leave(key);
    await rm(join(networks.plugins.cacheDir, 'results', 'a-c1-eth0'));
    expect(await operator.recover()).toEqual(nothing);
    expect(await readdir(join(networks.plugins.cacheDir, 'libcni', 'attached'))).toEqual([]);
    expect(await entries()).toEqual([]);
  });

  it('reports what has failed twice, and keeps its entry for the next time', async () => {
    await networks.plugins.add('one', { DEL: { exitCode: 1 } });
    await journal.begin({ ...key, netns: '', config });
    const { undone, failed } = await operator.recover();
    expect([undone, failed]).toMatchObject([
      [],
      [{ file: inJournal('a+c1+eth0.json'), error: { verb: 'DEL' } }],
    ]);
    expect(await networks.plugins.order()).toEqual(['DEL one', 'DEL one']);
    await networks.plugins.add('one');
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
  });

  it('keeps its report though there is something odd among the locks', async () => {
    await journal.begin({ ...key, netns: '', config });
    await mkdir(join(networks.plugins.cacheDir, 'libcni', 'locks', 'folder'), { recursive: true });
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
    await operator.gc({ valid: [] });
  });

  it('waits for what plugins of a killed helper had started, which could make something later', async () => {
    const { root } = networks.plugins;
    const script = `sh -c 'touch ${root}/begun; sleep 0.5; touch ${root}/ended' & wait`;
    const helper = new HelperClient();
    const env = { PATH: process.env.PATH ?? '', CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0' };
    const killed = expect(helper.spawn(shell(script, { env }))).rejects.toMatchObject({ code: 'ERR_HELPER' });
    await until(async () => (await readdir(root)).includes('begun'));
    endProcess(helper.pid ?? Number.NaN);
    await killed;
    await networks.plugins.add('one', { DEL: { shell: `[ -e ${root}/ended ] && touch ${root}/after` } });
    await journal.begin({ ...key, netns: '', config });
    expect(await operator.recover()).toEqual({ ...nothing, undone: [key] });
    expect(await readdir(root)).toContain('after');
  });

  it('removes temporary files that nobody writes any more, and no others', async () => {
    const folders = [inJournal('tmp'), networks.plugins.cacheDir];
    const [old, fresh] = [abandonedName(), temporaryName()];
    const ofAnotherPidNamespace = temporaryName().replace(/\d+/, '1');
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      for (const name of [old, fresh, ofAnotherPidNamespace]) await writeFile(join(folder, name), '');
    }
    expect(await operator.recover()).toEqual(nothing);
    for (const folder of folders) {
      const left = (await readdir(folder)).filter((name) => name.startsWith('.tmp-'));
      expect(left.sort()).toEqual([fresh, ofAnotherPidNamespace].sort());
    }
  });

  it('takes for busy what this process works on', async () => {
    const { root } = networks.plugins;
    const add = { shell: `touch ${root}/begun; sleep 4`, stdout: resultText('10.1.0.2/24', '1.1.0') };
    await networks.plugins.add('one', { ADD: add });
    const attaching = operator.attach({ id: 'c1', netns: '/run/netns/none' });
    await until(async () => (await readdir(root)).includes('begun'));
    expect(await operator.recover()).toEqual({ ...nothing, busy: [key] });
    await attaching;
    expect(await networks.plugins.order()).toEqual(['ADD one']);
  });
});

describe('a recovery that is aborted', () => {
  const reason = new Error('enough');

  it('says so, with the attachment that it was at, though what failed then was something else', async () => {
    await journal.begin({ ...key, netns: '', config: '{' });
    const recovering = operator.recover({ signal: AbortSignal.abort(reason) });
    await expect(recovering).rejects.toMatchObject({ code: 'ERR_ABORTED', cause: reason, ...key });
    expect(await networks.plugins.order()).toEqual([]);
  });

  it('ends the plugin, and keeps the entry', async () => {
    await networks.plugins.add('one', { DEL: { shell: 'sleep 5' } });
    await journal.begin({ ...key, netns: '', config });
    const controller = new AbortController();
    const recovering = operator.recover({ signal: controller.signal });
    const failed = expect(recovering).rejects.toMatchObject({
      name: 'LibcniError',
      code: 'ERR_ABORTED',
      cause: reason,
      verb: 'DEL',
      ...key,
    });
    await until(async () => (await networks.plugins.order()).includes('DEL one'));
    controller.abort(reason);
    await failed;
    expect(await entries()).toHaveLength(1);
  });
});

describe('recovery beside another process', () => {
  let helper: HelperClient;
  let locks: LockStore;

  beforeEach(() => {
    helper = new HelperClient();
    locks = new LockStore(join(networks.plugins.cacheDir, 'libcni'), helper);
  });

  afterEach(async () => {
    await helper[Symbol.asyncDispose]();
  });

  it('does not take for busy what the other one has only looked at', async () => {
    await journal.begin({ ...key, netns: '', config });
    // As sweeping does with every lock.
    const lock = await locks.take('a-c1-eth0');
    const recovering = operator.recover();
    await sleep(50);
    await lock.release();
    expect(await recovering).toEqual({ ...nothing, undone: [key] });
  });

  it('does not wait for a stuck collection once for each entry', async () => {
    for (const containerId of ['c1', 'c2', 'c3', 'c4'])
      await journal.begin({ ...key, containerId, netns: '', config });
    await new GcGate(locks).withCollection(async () => {
      const start = performance.now();
      const { failed } = await operator.recover({ timeoutMs: 2000 });
      expect(performance.now() - start).toBeLessThan(6000);
      expect(failed.map(({ error }) => error)).toMatchObject(Array(4).fill({ code: 'ERR_LOCKED' }));
    });
    expect((await operator.recover()).undone).toHaveLength(4);
  });
});

describe('recovery beside a garbage collection', () => {
  let collecting: Promise<unknown>;

  beforeEach(async () => {
    const { root } = networks.plugins;
    await networks.plugins.add('one', {
      GC: { shell: `touch ${root}/begun; sleep 0.6; touch ${root}/ended` },
      DEL: { shell: `[ -e ${root}/ended ] && touch ${root}/after` },
    });
    await journal.begin({ ...key, netns: '', config });
    // Of a container that is there, the collection leaves it alone.
    collecting = operator.gc({ valid: [{ id: 'c1', ifNames: ['eth0'] }] });
    await until(async () => (await readdir(root)).includes('begun'));
  });

  afterEach(async () => {
    await collecting;
  });

  it('removes nothing before the collection has ended', async () => {
    expect((await operator.recover()).undone).toEqual([key]);
    expect(await readdir(networks.plugins.root)).toContain('after');
  });

  it('does not wait longer than it may, and keeps the entry', async () => {
    const { failed } = await operator.recover({ timeoutMs: 50 });
    expect(failed).toMatchObject([{ error: { code: 'ERR_LOCKED' } }]);
    expect(await entries()).toHaveLength(1);
  });

  it('can be cancelled', async () => {
    const signal = AbortSignal.timeout(50);
    await expect(operator.recover({ signal })).rejects.toMatchObject({ code: 'ERR_TIMEOUT', ...key });
    expect(await networks.plugins.order()).toEqual(['GC one']);
  });
});
