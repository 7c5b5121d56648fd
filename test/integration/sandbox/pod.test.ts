import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { isNetns, readNetworkSettings, type SandboxEvent } from '../../../src/index.js';
import { until } from '../harness/eventually.js';
import { libcniFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { run } from '../harness/run.js';
import { configure, gatewayBridge, sideBridge } from '../operator/harness/operators.js';
import { controlGroups } from './harness/control-groups.js';
import { fetchPage } from './harness/fetch-page.js';
import { createManager, createRuntime, podConfig, podRemains } from './harness/pod-host.js';
import { GREETING } from './harness/root-file-system.js';

const lab = useLab();

beforeEach(async () => {
  await configure(lab, 'first', [gatewayBridge(lab, 140), portmap, firewall]);
  await configure(lab, 'second', [sideBridge(lab, 141)]);
  await configure(lab, 'third', [sideBridge(lab, 142)]);
});

/** What the process of a sandbox has printed, once it serves. */
async function linesOf(logFile: string): Promise<string[]> {
  await until(async () => (await readFile(logFile, 'utf8')).includes('hostname='));
  return (await readFile(logFile, 'utf8')).trim().split('\n');
}

/** A file as the process of a sandbox sees it. */
function readInside(pid: number | undefined, file: string): Promise<string> {
  return readFile(`/proc/${pid}/root${file}`, 'utf8');
}

describe.each(['runc', 'crun'] as const)('a pod with %s', (name) => {
  it('has its network before its process starts, is reached through the host, and leaves nothing', async () => {
    const manager = await createManager(lab, { runtimes: { '': await createRuntime(lab, name) } });
    const config = podConfig(lab, {
      hostname: 'shop-web',
      dns: { servers: ['10.96.0.10'], searches: ['shop.svc.cluster.local'], options: ['ndots:5'] },
      portMappings: [{ containerPort: 80, hostPort: 18080 }, { containerPort: 443 }],
    });
    const id = await manager.run(config);
    const status = await manager.status(id);
    expect(status).toMatchObject({ state: 'ready', phase: 'running', network: { ready: true } });
    const { ipv4, ipv6, namespace } = status.network;
    const lines = await linesOf(status.logFile);
    expect(lines[0]).toContain(`inet ${ipv4[0]}/24`);
    expect(lines).toContainEqual(expect.stringContaining(`inet6 ${ipv6[0]}/64`));
    expect(lines.at(-1)).toBe('hostname=shop-web');
    expect(await fetchPage(`http://${ipv4[0]}/`)).toBe(GREETING);
    expect(await fetchPage('http://127.0.0.1:18080/')).toBe(GREETING);

    expect(await readInside(status.pid, '/etc/resolv.conf')).toBe(
      'search shop.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
    expect(await readInside(status.pid, '/etc/hostname')).toBe('shop-web\n');
    const hosts = await readInside(status.pid, '/etc/hosts');
    for (const address of [...ipv4, ...ipv6]) expect(hosts).toContain(`${address}\tshop-web`);
    const own = await stat(`/proc/${status.pid}/ns/net`);
    expect((await stat(namespace ?? '')).ino).toBe(own.ino);

    await manager.stop(id);
    expect(await manager.status(id)).toMatchObject({
      state: 'notready',
      phase: 'stopped',
      pid: undefined,
      network: { ready: false, ipv4: [], namespace: undefined },
    });
    // The key stays taken until the sandbox is removed.
    expect(await isNetns(namespace ?? '')).toBe(false);
    expect((await stat(namespace ?? '')).size).toBe(0);
    await manager.stop(id);
    await manager.remove(id);
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
    expect(await controlGroups(id)).toEqual([]);
  });
});

describe('a pod', () => {
  it('is in the network of the host where it says so', async () => {
    const manager = await createManager(lab);
    const namespaceOptions = { network: 'NODE' as const };
    const id = await manager.run(podConfig(lab, { linux: { securityContext: { namespaceOptions } } }));
    const { network, pid, logFile } = await manager.status(id);
    expect(network).toMatchObject({ isHost: true, ready: true, namespace: undefined, ipv4: [] });
    expect((await stat(`/proc/${pid}/ns/net`)).ino).toBe((await stat('/proc/self/ns/net')).ino);
    expect((await linesOf(logFile)).at(-1)).toBe(`hostname=${hostname()}`);
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('has the extra networks that its annotation asks for, and settings that keep them all', async () => {
    const manager = await createManager(lab);
    const annotations = { 'k8s.v1.cni.cncf.io/networks': 'second@data0,third' };
    const id = await manager.run(podConfig(lab, { annotations }));
    const { network, files } = await manager.status(id);
    expect(network.ipv4.map((address) => address.split('.')[1])).toEqual(['140', '141', '142']);
    const settings = readNetworkSettings(files.hosts.replace(/hosts$/, 'network_settings.json'));
    const interfaces = Object.values(settings?.Networks ?? {}).map(({ IFName }) => IFName);
    expect(interfaces).toEqual(['eth0', 'data0', 'net2']);
    expect(settings).toMatchObject({ SandboxKey: network.namespace, Activation: true });
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('has one sandbox for each attempt, and the runtime that is asked for', async () => {
    const runc = await createRuntime(lab, 'runc');
    const runtimes = { '': runc, plain: runc };
    const manager = await createManager(lab, { runtimes, runtimeClasses: { simple: 'plain' } });
    const config = podConfig(lab);
    const id = await manager.run(config, { runtimeClass: 'simple' });
    expect((await manager.status(id)).runtimeHandler).toBe('plain');
    const error = await libcniFailure(manager.run(config));
    expect(error).toMatchObject({ code: 'ERR_IN_USE', value: id });
    expect(error.message).toContain('increase the attempt');
    const metadata = { ...config.metadata, attempt: 1 };
    const later = await manager.run({ ...config, metadata });
    expect((await manager.list({ namespace: 'shop' })).map((found) => found.id)).toEqual([later, id]);
    expect(await manager.list({ uid: 'another' })).toEqual([]);
    const unknown = await libcniFailure(manager.run(podConfig(lab), { runtimeHandler: 'kata' }));
    expect(unknown).toMatchObject({ code: 'ERR_NOT_FOUND' });
    expect(unknown.message).toContain('there are: "" (the default), plain');
    await manager.remove(id);
    await manager.remove(later);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('starts before its network where that is asked for, and tells of each step', async () => {
    const manager = await createManager(lab);
    const events: SandboxEvent[] = [];
    manager.on('step', (event) => events.push(event));
    const id = await manager.run(podConfig(lab), { startFirst: true });
    const done = events.filter(({ state }) => state === 'done').map(({ step }) => step);
    expect(done).toEqual(['claim', 'logs', 'namespace', 'files', 'create', 'start', 'network']);
    const { files, network } = await manager.status(id);
    expect(await readFile(files.hosts, 'utf8')).toContain(`${network.ipv4[0]}\tweb-`);
    await manager.remove(id);
    expect(events.filter(({ undo, state }) => undo && state === 'done').map(({ step }) => step)).toEqual([
      'network',
      'create',
      'namespace',
      'files',
      'logs',
      'claim',
    ]);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('has a network namespace that belongs to its user namespace where it has one', async () => {
    const manager = await createManager(lab);
    const mapping = [{ hostId: 100_000, containerId: 0, length: 65_536 }];
    const namespaceOptions = { users: { uids: mapping, gids: mapping } };
    const { rootfs } = { rootfs: `${lab.folder}/rootfs` };
    await run('chown', '-R', '100000:100000', rootfs);
    await run('chmod', '755', lab.folder);
    const id = await manager.run(podConfig(lab, { linux: { securityContext: { namespaceOptions } } }));
    const { network, pid } = await manager.status(id);
    expect((await stat(network.namespace ?? '')).ino).toBe((await stat(`/proc/${pid}/ns/net`)).ino);
    expect(await readFile(`/proc/${pid}/uid_map`, 'utf8')).toMatch(/0\s+100000\s+65536/);
    expect(await fetchPage(`http://${network.ipv4[0]}/`)).toBe(GREETING);
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });
});
