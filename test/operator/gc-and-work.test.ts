import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { failure, request, useHost } from './harness/use-host.js';

const host = useHost();

describe('garbage collection', () => {
  it('takes down what is not valid, by its own configuration', async () => {
    for (const id of ['c1', 'c2'])
      await host.operator.attach({ ...request, id, networks: [{ name: 'a' }, { name: 'b' }] });
    await rm(join(host.networks.confDir, 'b.conflist'));
    await host.operator.reload();
    const { stale } = await host.operator.gc({ valid: [{ id: 'c2' }] });
    expect(stale.map(({ network, containerId }) => `${network} ${containerId}`)).toEqual(['a c1', 'b c1']);
    expect(await host.attachments()).toEqual(['a-c2-eth0', 'b-c2-eth1']);
    expect(await host.stateLeft()).toEqual([]);
  });

  it('only says what it would do in a dry run, and must be told what is valid', async () => {
    await host.operator.attach(request);
    expect((await host.operator.gc({ valid: [], dryRun: true })).stale).toHaveLength(1);
    await expect(host.operator.gc({} as never)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
    expect(await host.attachments()).toHaveLength(1);
  });

  it('waits for attachments under way and keeps new ones waiting', async () => {
    const log = (line: string) => `echo "${line} $CNI_CONTAINERID" >> ${host.plugins.root}/log`;
    const add = { shell: `${log('begin')}; sleep 0.3; ${log('end')}`, stdout: resultText() };
    await host.networks.configure('a', { type: 'one' }, { cniVersion: '1.1.0' });
    await host.plugins.add('one', {
      ADD: add,
      GC: { shell: `${log('begin gc')}; sleep 0.3; ${log('end gc')}` },
    });
    await host.operator.reload();
    const first = host.operator.attach(request);
    await until(async () => (await host.order()).length === 1);
    const collecting = host.operator.gc({ valid: [{ id: 'c1' }, { id: 'c2', ifNames: [] }] });
    await until(async () => (await host.stateNow()).includes('.gc'));
    const second = host.operator.attach({ ...request, id: 'c2' });
    await Promise.all([first, collecting, second]);
    const lines = (await readFile(join(host.plugins.root, 'log'), 'utf8'))
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toEqual(['begin c1', 'end c1', 'begin gc', 'end gc', 'begin c2', 'end c2', '']);
    expect(await host.attachments()).toEqual(['a-c1-eth0', 'a-c2-eth0']);
    expect(await host.stateLeft()).toEqual([]);
  });

  it('takes nothing of an attach that has further networks to attach to', async () => {
    await host.networks.configure('c', { type: 'three' });
    await host.plugins.add('two', { ADD: { shell: 'sleep 0.3', stdout: resultText('10.2.0.2/24') } });
    await host.plugins.add('three', { ADD: { stdout: resultText('10.3.0.2/24') } });
    await host.operator.reload();
    const networks = ['a', 'b', 'c'].map((name) => ({ name }));
    const attaching = host.operator.attach({ ...request, networks });
    await until(async () => (await host.order()).length === 2);
    const { stale } = await host.operator.gc({ valid: [] });
    await attaching;
    expect((await host.order()).slice(0, 3)).toEqual(['ADD one eth0', 'ADD two eth1', 'ADD three eth2']);
    expect(stale.map(({ ifName }) => ifName)).toEqual(['eth0', 'eth1', 'eth2']);
    expect([...(await host.attachments()), ...(await host.stateLeft())]).toEqual([]);
  });

  it('takes nothing of a rollback', async () => {
    await host.plugins.add('two', { ADD: { shell: 'sleep 0.3', ...failure } });
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    const failed = expect(attaching).rejects.toMatchObject({ code: 100, rollbackErrors: [] });
    await until(async () => (await host.order()).length === 2);
    expect((await host.operator.gc({ valid: [] })).stale).toEqual([]);
    await failed;
  });

  it('can be cancelled, and then removes nothing more', async () => {
    // Four are taken down at a time.
    for (const id of ['c1', 'c2', 'c3', 'c4', 'c5']) await host.operator.attach({ ...request, id });
    await host.plugins.add('one', { DEL: { shell: 'sleep 2' } });
    const controller = new AbortController();
    const collecting = host.operator.gc({ valid: [] }, { signal: controller.signal });
    const failed = expect(collecting).rejects.toMatchObject({ name: 'LibcniError', code: 'ERR_ABORTED' });
    await until(async () => (await host.order()).length === 9);
    controller.abort();
    await failed;
    expect((await host.order()).filter((call) => call.startsWith('DEL'))).toHaveLength(4);
    expect(await host.attachments()).toHaveLength(5);
  });
});
