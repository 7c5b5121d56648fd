import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HelperClient } from '../../src/index.js';
import { Journal } from '../../src/operator/journal/journal.js';
import { LockStore } from '../../src/platform/locks/lock-store.js';
import { resultText } from '../fixtures/plugins/plugin-folder.js';
import { until } from '../integration/harness/eventually.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

describe('detaching', () => {
  it.each([{}, { networks: [{ name: 'a', ifName: 'eth0' }] }])(
    'during an attach waits for it and takes it down by what it was made with: %j',
    async (meant) => {
      const slow = { ADD: { shell: 'sleep 0.4', stdout: resultText() } };
      await host.plugins.add('one', slow);
      const attaching = host.operator.attach({ ...request, args: [['K', 'V']] });
      await until(async () => (await host.order()).length === 1);
      await host.operator.detach({ id: 'c1', ...meant });
      await attaching;
      expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
      const [, del] = await host.plugins.calls();
      expect(del?.env.CNI_ARGS).toContain('K=V');
      expect(JSON.parse(del?.stdin ?? '').prevResult).toBeDefined();
      expect([...(await host.attachments()), ...(await host.stateLeft())]).toEqual([]);
    },
  );

  it('finds an attachment that is completed while the others are detached', async () => {
    await host.plugins.add('one', { ADD: { stdout: resultText() }, DEL: { shell: 'sleep 0.8' } });
    await host.plugins.add('two', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    await host.operator.attach(request);
    const attaching = host.operator.attach({ ...request, networks: [{ name: 'b' }] });
    await until(async () => (await host.order()).length === 2);
    await host.operator.detach({ id: 'c1' });
    await attaching;
    expect((await host.order()).slice(2)).toEqual(['DEL one eth0', 'DEL two eth0']);
    expect([...(await host.attachments()), ...(await host.stateLeft())]).toEqual([]);
  });

  it.each([
    [{ networks: [{ name: 'b' }, { name: 'a' }], defaultIfName: 'eth0' }],
    [{ networks: [{ name: 'a' }, { name: 'b' }], defaultIfName: 'net7' }],
    [{ networks: [{ name: 'b' }], defaultIfName: 'net7' }],
  ])('means the same interfaces as an attach with %j', async (more) => {
    await host.operator.attach({ ...request, ...more });
    await host.operator.detach({ ...request, ...more });
    expect(await host.attachments()).toEqual([]);
    const [added, deleted] = ['ADD', 'DEL'].map(async (verb) =>
      (await host.order()).filter((run) => run.startsWith(verb)).map((run) => run.slice(4)),
    );
    expect((await deleted)?.sort()).toEqual((await added)?.sort());
  });

  it('during an attach leaves interfaces alone that are not meant', async () => {
    await host.plugins.add('one', { ADD: { shell: 'sleep 0.4', stdout: resultText() } });
    const attaching = host.operator.attach(request);
    await until(async () => (await host.order()).length === 1);
    await host.operator.detach({ id: 'c1', networks: [{ name: 'a', ifName: 'eth5' }] });
    await attaching;
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('undoes what is in the journal once it has the lock', async () => {
    const state = join(host.plugins.cacheDir, 'libcni');
    const [journal, locks] = [new Journal(state), new LockStore(state, HelperClient.shared())];
    const config = JSON.stringify({ cniVersion: '1.0.0', name: 'a', plugins: [{ type: 'one' }] });
    const intent = { network: 'a', containerId: 'c1', ifName: 'eth0', netns: '', config };
    await journal.begin(intent);
    let detaching: Promise<void> | undefined;
    await locks.withLock('a-c1-eth0', async () => {
      detaching = host.operator.detach({ id: 'c1' });
      await until(async () => (await host.stateNow()).includes('.turn-a-c1-eth0'));
      await journal.begin({ ...intent, args: [['NEW', '1']] });
    });
    await detaching;
    expect((await host.plugins.calls()).map(({ env }) => env.CNI_ARGS)).toEqual(['NEW=1']);
  });

  it('says once what is named and of which the record is broken', async () => {
    await host.operator.attach(request);
    await writeFile(join(host.plugins.cacheDir, 'results', 'a-c1-eth0'), '');
    await host.operator.detach({ id: 'c1', networks: [{ name: 'a', ifName: 'eth0' }] });
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
  });

  it('uses the configuration of the attach, in reverse, although the files are gone', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }], args: [['K', 'V']] });
    await rm(host.networks.confDir, { recursive: true });
    await host.operator.reload();
    await host.operator.detach({ id: 'c1' });
    const dels = (await host.plugins.calls()).slice(2);
    expect(dels.map(({ plugin, verb }) => `${verb} ${plugin}`)).toEqual(['DEL two', 'DEL one']);
    for (const { env, stdin } of dels) {
      expect(env).toMatchObject({ CNI_NETNS: '', CNI_ARGS: expect.stringContaining('K=V') });
      expect(JSON.parse(stdin).prevResult).toBeDefined();
    }
    expect(await host.attachments()).toEqual([]);
  });

  it('of an attachment or network that does not exist is fine', async () => {
    await host.operator.detach({ id: 'c1' });
    await host.operator.detach({ id: 'c1', networks: [{ name: 'unknown' }] });
    expect(await host.plugins.calls()).toEqual([]);
  });

  it('of one network leaves the others', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await host.operator.detach({ id: 'c1', networks: [{ name: 'b' }] });
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('goes on over failures and throws all of them', async () => {
    await host.operator.attach({ ...request, networks: [{ name: 'a' }, { name: 'b' }] });
    await host.plugins.add('two', { DEL: { exitCode: 1 } });
    await expect(host.operator.detach({ id: 'c1' })).rejects.toMatchObject({
      name: 'LibcniAggregateError',
      errors: [{ plugin: 'two', verb: 'DEL', containerId: 'c1' }],
    });
    expect(await host.attachments()).toEqual(['b-c1-eth1']);
    await host.plugins.add('two');
    await host.operator.detach({ id: 'c1' });
    expect(await host.attachments()).toEqual([]);
  });

  it('leaves a container alone whose id begins with the same name', async () => {
    await host.operator.attach({ ...request, id: 'web' });
    await host.operator.attach({ ...request, id: 'web-1' });
    await host.operator.detach({ id: 'web' });
    expect(await host.attachments()).toEqual(['a-web-1-eth0']);
    expect((await host.plugins.calls()).filter(({ verb }) => verb === 'DEL')).toHaveLength(1);
  });

  it('works with an unreadable record, which is set aside', async () => {
    await host.operator.attach(request);
    await writeFile(join(host.plugins.cacheDir, 'results', 'a-c1-eth0'), '');
    await host.operator.detach({ id: 'c1' });
    expect(await host.order()).toEqual(['ADD one eth0', 'DEL one eth0']);
    expect(await host.attachments()).toEqual([]);
  });
});

it('what Go attached with an invalid version is detached, and collected, as with version 0.1.0', async () => {
  const file = join(host.plugins.cacheDir, 'results/a-c1-eth0');
  for (const takeDown of [() => host.operator.detach({ id: 'c1' }), () => host.operator.gc({ valid: [] })]) {
    await host.operator.attach(request);
    const entry = JSON.parse(await readFile(file, 'utf8'));
    const config = JSON.stringify({ cniVersion: 'newest', name: 'a', plugins: [{ type: 'one' }] });
    await writeFile(file, JSON.stringify({ ...entry, config: Buffer.from(config).toString('base64') }));
    await takeDown();
    const del = (await host.plugins.calls()).at(-1);
    expect([del?.verb, JSON.parse(del?.stdin ?? '').cniVersion]).toEqual(['DEL', '0.1.0']);
    expect(await host.attachments()).toEqual([]);
  }
});
