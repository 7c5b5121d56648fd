import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/operator/journal/journal.js';
import { request, useHost } from './harness/use-host.js';

const host = useHost();

const cri = { ...request, order: 'cri' as const };
const extra = { ...cri, networks: [{ name: 'b', ifName: 'net1' }] };

describe('one request in the order cri', () => {
  it('is checked and detached as it was attached, the default network included', async () => {
    await host.operator.attach(extra);
    const outcomes = await host.operator.check(extra);
    expect(outcomes.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['b ok', 'a ok']);
    await host.operator.detach(extra);
    expect((await host.order()).slice(-2)).toEqual(['DEL one eth0', 'DEL two net1']);
    expect(await host.attachments()).toEqual([]);
  });

  it('means what is on the interface of the default network, whatever that is today', async () => {
    await host.operator.attach(extra);
    await host.networks.configure('0', { type: 'two' });
    await host.operator.reload();
    await host.operator.detach(extra);
    expect(await host.attachments()).toEqual([]);
  });

  it('means an interrupted ADD on that interface', async () => {
    const config = JSON.stringify({ cniVersion: '1.0.0', name: 'gone', plugins: [{ type: 'one' }] });
    const intent = { network: 'gone', containerId: 'c1', ifName: 'eth0', netns: '', config };
    await new Journal(join(host.plugins.cacheDir, 'libcni')).begin(intent);
    await host.operator.detach(extra);
    expect(await host.order()).toContain('DEL one eth0');
    expect(await host.stateLeft()).toEqual([]);
  });

  it('is detached as far as it can where the journal cannot be read', async () => {
    await host.operator.attach(extra);
    const journal = join(host.plugins.cacheDir, 'libcni', 'journal');
    await rm(journal, { recursive: true });
    await writeFile(journal, '');
    await expect(host.operator.detach(extra)).rejects.toMatchObject({ code: 'ERR_CACHE' });
    expect(await host.attachments()).toEqual(['a-c1-eth0']);
  });

  it('means no default network where another took its interface', async () => {
    const replacing = { ...cri, networks: [{ name: 'b', ifName: 'eth0' }] };
    await host.operator.attach(replacing);
    await host.operator.attach({ ...request, networks: [{ name: 'a', ifName: 'eth5' }] });
    expect((await host.operator.check(replacing)).map(({ name }) => name)).toEqual(['b']);
    await host.operator.detach(replacing);
    expect(await host.attachments()).toEqual(['a-c1-eth5']);
  });

  it('says that the default network is not attached', async () => {
    await host.operator.attach({ ...request, networks: extra.networks });
    const [, missing] = await host.operator.check(extra);
    expect(missing).toMatchObject({ name: 'a', ifName: 'eth0', error: { code: 'ERR_NOT_FOUND' } });
  });

  it('does not take the default network twice', async () => {
    const networks = [
      { name: 'a', ifName: 'eth0' },
      { name: 'a', ifName: 'eth1' },
    ];
    await expect(host.operator.attach({ ...cri, networks })).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    expect(await host.order()).toEqual([]);
  });
});

it('attachments are detached in the reverse order, those of one network included', async () => {
  const networks = [
    { name: 'a', ifName: 'net0' },
    { name: 'b', ifName: 'eth0' },
    { name: 'a', ifName: 'eth1' },
  ];
  await host.operator.attach({ ...request, networks });
  await host.operator.detach({ id: 'c1', networks });
  expect((await host.order()).slice(3)).toEqual(['DEL one eth1', 'DEL two eth0', 'DEL one net0']);
});
