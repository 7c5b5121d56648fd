import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { LibcniError } from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();
const list = listOfTypes(['one', 'two']);

const lost = new Error('the lock is gone');
const ended = { code: 'ERR_ABORTED', cause: lost, network: list.name, containerId: 'c1' };

let failAfter: string | undefined;

beforeEach(async () => {
  await plugins.folder.addChain();
  failAfter = undefined;
});

/** Fails once a run of that verb and plugin is over. */
function guard(): void {
  if (failAfter === undefined) return;
  const [verb, plugin] = failAfter.split(' ');
  const order = join(plugins.folder.root, 'calls', 'order');
  const runs = existsSync(order) ? readFileSync(order, 'utf8') : '';
  if (runs.includes(` ${plugin} ${verb}\n`)) throw lost;
}

const records = async () => (await plugins.cni.getCachedAttachments()).length;

describe('a guard that throws', () => {
  it.each([
    ['the first plugin', 'ADD one', ['ADD one']],
    ['the last plugin', 'ADD two', ['ADD one', 'ADD two']],
  ])('after %s ends ADD there, without a rollback and without a record', async (_, after, order) => {
    failAfter = after;
    const failed = { ...ended, rollbackErrors: [ended] };
    await expect(plugins.cni.addNetworkList(list, rt, { guard })).rejects.toMatchObject(failed);
    expect(await plugins.folder.order()).toEqual(order);
    expect(await records()).toBe(0);
  });

  it('must be synchronous', async () => {
    const later = () => Promise.reject(lost) as unknown as undefined;
    const adding = plugins.cni.addNetworkList(list, rt, { guard: later });
    await expect(adding).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    expect(await plugins.folder.order()).toEqual([]);
  });

  it('ends garbage collection, whatever it throws', async () => {
    for (const containerId of ['c1', 'c2', 'c3'])
      await plugins.cni.addNetworkList(list, { ...rt, containerId });
    const helperGone = () => {
      throw new LibcniError('ERR_HELPER', 'gone');
    };
    const collecting = plugins.cni.gcNetworkList(list, { validAttachments: [] }, { guard: helperGone });
    await expect(collecting).rejects.toMatchObject({ name: 'LibcniError', code: 'ERR_HELPER' });
    expect(await records()).toBe(3);
  });

  it('ends a rollback that is under way', async () => {
    await plugins.folder.add('two', { ADD: { exitCode: 1 } });
    failAfter = 'DEL two';
    const adding = plugins.cni.addNetworkList(list, rt, { guard });
    const rollbackErrors = [
      expect.objectContaining({ message: expect.stringContaining('the lock is gone') }),
    ];
    await expect(adding).rejects.toMatchObject({ plugin: 'two', rollbackErrors });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'ADD two', 'DEL two']);
  });

  it.each([
    ['the first plugin', 'DEL two', ['DEL two']],
    ['the last plugin', 'DEL one', ['DEL two', 'DEL one']],
  ])('after %s ends DEL there, and keeps the record', async (_, after, order) => {
    await plugins.cni.addNetworkList(list, rt, { guard });
    failAfter = after;
    await expect(plugins.cni.delNetworkList(list, rt, { guard })).rejects.toMatchObject(ended);
    expect((await plugins.folder.order()).slice(2)).toEqual(order);
    expect(await records()).toBe(1);
  });
});
