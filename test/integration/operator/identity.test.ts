import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type CNIOperator,
  createNetns,
  type LibcniWarning,
  loopbackUp,
  portMapping,
} from '../../../src/index.js';
import { Journal } from '../../../src/operator/journal/journal.js';
import { libcniFailure, pluginFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { linkNames } from '../harness/links.js';
import { portmap } from '../harness/plugins.js';
import type { Pod } from '../harness/pod.js';
import { run } from '../harness/run.js';
import { confDir, configure, createOperator, gatewayBridge, remains } from './harness/operators.js';

const lab = useLab();
let operator: CNIOperator;
let pod: Pod;
let warnings: LibcniWarning[];

beforeEach(async () => {
  pod = await lab.pod();
  await configure(lab, 'first', [gatewayBridge(lab, 141), portmap]);
  operator = await createOperator(lab);
  warnings = [];
  operator.on('warning', (warning) => warnings.push(warning));
});

async function attach(): Promise<void> {
  const capabilityArgs = { portMappings: [portMapping('8141:80')] };
  await operator.attach({ id: pod.id, netns: pod.path, capabilityArgs });
}

/** Somebody else takes the namespace away, and has another one with an `eth0` of that name. */
async function replaceNetns(): Promise<void> {
  await run('umount', pod.path);
  await rm(pod.path);
  await run('ip', 'netns', 'add', pod.id);
  await run('ip', '-n', pod.id, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'other0');
  lab.defer(() => run('ip', 'netns', 'delete', pod.id));
}

/** What is left, without the interfaces of somebody else. */
async function ownRemains(): Promise<string[]> {
  return (await remains(lab)).filter((thing) => !thing.endsWith(` in ${pod.id}`));
}

const codes = () => warnings.map(({ code }) => code);

describe('a namespace that another one has replaced', () => {
  beforeEach(async () => {
    await attach();
    await replaceNetns();
  });

  it('is left alone when the container is detached, and all else goes', async () => {
    await operator.detach({ id: pod.id });
    expect(codes()).toEqual(['NETNS_REPLACED']);
    expect(await linkNames(pod.path)).toContain('eth0');
    expect(await ownRemains()).toEqual([]);
  });

  it('is left alone when garbage is collected', async () => {
    await operator.gc({ valid: [] });
    expect(codes()).toEqual(['NETNS_REPLACED']);
    expect(await linkNames(pod.path)).toContain('eth0');
    expect(await ownRemains()).toEqual([]);
  });

  it('fails a check, which keeps the record', async () => {
    const [outcome] = await operator.check({ id: pod.id });
    expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'ERR_NETNS', verb: 'CHECK' } });
    expect(outcome?.error?.message).toContain('another network namespace');
    expect(await lab.cni.getCachedAttachments(pod.id)).toHaveLength(1);
    await operator.detach({ id: pod.id });
  });
});

it('a namespace that is gone fails a check before any plugin', async () => {
  await attach();
  await pod.netns.remove();
  const [outcome] = await operator.check({ id: pod.id });
  expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'ERR_NETNS' } });
  expect(outcome?.error?.message).toContain('no network namespace');
  await operator.detach({ id: pod.id });
  expect(codes()).toEqual(['NETNS_GONE']);
});

it('a record of another boot is of another namespace', async () => {
  await attach();
  const file = join(lab.cacheDir, 'results', `first-${pod.id}-eth0`);
  const record = JSON.parse(await readFile(file, 'utf8'));
  const netnsIdentity = record.netnsIdentity.replace(/boot=\S+/, 'boot=earlier');
  await writeFile(file, JSON.stringify({ ...record, netnsIdentity }));
  await operator.detach({ id: pod.id });
  expect(codes()).toEqual(['NETNS_REPLACED']);
  expect(await linkNames(pod.path)).toContain('eth0');
  await pod.run('ip', 'link', 'delete', 'eth0');
});

it('a namespace is the same by its link', async () => {
  const dir = join(lab.folder, 'links');
  const linked = await createNetns({ name: `${pod.id}-linked`, link: { dir, pod: 'web' } });
  lab.defer(() => linked.remove());
  await operator.attach({ id: 'c1', netns: linked.link ?? '' });
  const error = await libcniFailure(operator.attach({ id: 'c2', netns: linked.path }));
  expect(error).toMatchObject({ code: 'ERR_CONFLICT', containerId: 'c2', value: 'eth0' });
  expect(error.message).toContain('belongs to container c1 on network first');
  expect(await linkNames(linked.path)).toContain('eth0');
  await operator.detach({ id: 'c1', netns: linked.path });
  expect(await linkNames(linked.path)).not.toContain('eth0');
});

describe('an interface that somebody else has made', () => {
  beforeEach(async () => {
    await pod.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'other0');
    lab.defer(() => pod.run('ip', 'link', 'delete', 'eth0'));
  });

  it('is refused before any plugin runs', async () => {
    const error = await libcniFailure(operator.attach({ id: pod.id, netns: pod.path }));
    expect(error).toMatchObject({ code: 'ERR_CONFLICT', value: 'eth0' });
    expect(error.message).toContain('no record tells whose it is');
    expect(await ownRemains()).toEqual([]);
  });

  it('is left alone by the rollback of an ADD that it stood in the way of', async () => {
    const list = lab.list('plain', [gatewayBridge(lab, 142)]);
    const error = await pluginFailure(lab.cni.addNetworkList(list, pod.attachment()));
    expect(error.message).toContain('run DEL first');
    expect(await pod.addedLinks()).toContain('eth0');
    expect(await ownRemains()).toEqual([]);
  });

  it('is left alone by a recovery where no plugin of the ADD had succeeded', async () => {
    const config = await readFile(join(confDir(lab), 'first.conflist'), 'utf8');
    const [, index = ''] = /^(\d+): eth0/m.exec(await pod.run('ip', '-o', 'link', 'show', 'eth0')) ?? [];
    const intent = { network: 'first', containerId: 'cut', ifName: 'eth0', netns: pod.path, config };
    await new Journal(join(lab.cacheDir, 'libcni')).begin({ ...intent, interfaceIndex: Number(index) });
    expect((await operator.recover()).undone).toHaveLength(1);
    expect(codes()).toEqual(['INTERFACE_OF_ANOTHER']);
    expect(await pod.addedLinks()).toContain('eth0');
  });
});

describe('the namespace of the machine', () => {
  const netns = '/proc/self/ns/net';

  it('is refused before anything runs', async () => {
    const before = await run('ip', '-o', 'link', 'show');
    expect(await libcniFailure(operator.attach({ id: 'c1', netns }))).toMatchObject({ code: 'ERR_NETNS' });
    expect(await libcniFailure(loopbackUp(netns))).toMatchObject({ code: 'ERR_NETNS' });
    const list = lab.list('plain', [gatewayBridge(lab, 142)]);
    const attachment = { containerId: 'c1', netns, ifName: 'eth7' };
    const error = await libcniFailure(lab.cni.addNetworkList(list, attachment));
    expect(error).toMatchObject({ code: 'ERR_NETNS', verb: 'ADD', network: 'plain' });
    expect(error.message).toContain('hostNetns: true');
    expect(await run('ip', '-o', 'link', 'show')).toBe(before);
  });

  it('is taken where it is meant, and left alone where that is not said', async () => {
    const networks = [{ name: 'first', ifName: 'eth7' }];
    // Plugins of today refuse it, too, unless they are told not to.
    process.env.CNI_NETNS_OVERRIDE = '1';
    lab.defer(async () => {
      Reflect.deleteProperty(process.env, 'CNI_NETNS_OVERRIDE');
    });
    await operator.attach({ id: 'c1', netns, networks, hostNetns: true });
    lab.defer(() => run('ip', 'link', 'delete', 'eth7'));
    const outcomes = await operator.check({ id: 'c1' });
    expect(outcomes).toMatchObject([{ outcome: 'failed', error: { code: 'ERR_NETNS' } }]);
    await operator.detach({ id: 'c1' });
    expect(codes()).toEqual(['NETNS_OF_HOST']);
    expect(await linkNames()).toContain('eth7');
  });
});
