import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { createNetns, removeNetns } from '../../../src/index.js';
import { writeJson } from '../../../src/libcni/json/write-json.js';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { run } from '../harness/run.js';
import { configure, createOperator, gatewayBridge } from '../operator/harness/operators.js';
import { fetchPage } from './harness/fetch-page.js';
import { createManager, createRuntime, podConfig, podRemains } from './harness/pod-host.js';
import { GREETING } from './harness/root-file-system.js';

const lab = useLab();

beforeEach(() => configure(lab, 'first', [gatewayBridge(lab, 144), portmap, firewall]));

/** Changes what is on disk of a sandbox, with its sum, as if an earlier process had left it so. */
async function editCheckpoint(id: string, changes: object): Promise<void> {
  const file = join(lab.folder, 'pods/sandboxes', id, 'checkpoint.json');
  const { checksum, ...record } = JSON.parse(await readFile(file, 'utf8'));
  const changed = { ...record, ...changes };
  const sum = createHash('sha256').update(writeJson(changed, 'test')).digest('hex');
  await writeFile(file, writeJson({ ...changed, checksum: sum }, 'test'));
}

/** Takes a namespace away, and puts another one with an `eth0` in its place. */
async function replaceNetns(path: string) {
  await removeNetns(path);
  const other = await createNetns({ path });
  await other.exec('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0']);
  return other;
}

/** A request over one connection that stays open: what is sent first is no whole request yet. */
async function beginRequest(port: number): Promise<() => Promise<string>> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.0\r\n');
  return async () => {
    socket.write('\r\n');
    return await text(socket);
  };
}

describe('a manager that comes after another one', () => {
  it('does not touch a pod that is in order', async () => {
    const earlier = await createManager(lab);
    const id = await earlier.run(podConfig(lab, { portMappings: [{ containerPort: 80, hostPort: 18082 }] }));
    const before = await earlier.status(id);
    expect(await fetchPage('http://127.0.0.1:18082/')).toBe(GREETING);
    const endRequest = await beginRequest(18082);
    const manager = await createManager(lab);
    expect(await manager.restore()).toMatchObject({ healthy: [id], undone: [], orphans: [], failed: [] });
    expect(await manager.status(id)).toEqual(before);
    expect(await endRequest()).toContain(GREETING);
    expect(await fetchPage('http://127.0.0.1:18082/')).toBe(GREETING);
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('takes half-made pods back, and finishes what was half stopped or half removed', async () => {
    const manager = await createManager(lab);
    const ids: string[] = [];
    for (const changes of [
      { phase: 'starting', step: 'start' },
      { phase: 'removing' },
      { phase: 'stopping' },
    ]) {
      const id = await manager.run(podConfig(lab));
      await editCheckpoint(id, changes);
      ids.push(id);
    }
    const [made = '', removed = '', stopped = ''] = ids;
    const { undone, finished, failed } = await manager.restore();
    expect({ undone: [...undone].sort(), finished, failed }).toEqual({
      undone: [made, removed].sort(),
      finished: [stopped],
      failed: [],
    });
    expect((await manager.list()).map(({ id, phase }) => [id, phase])).toEqual([[stopped, 'stopped']]);
    await manager.remove(stopped);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('marks a pod that a reboot took, and its host port is free', async () => {
    const manager = await createManager(lab);
    const config = podConfig(lab, { portMappings: [{ containerPort: 80, hostPort: 18083 }] });
    const id = await manager.run(config);
    await reboot(id);
    expect(await manager.restore()).toMatchObject({ lost: [id], failed: [] });
    expect(await manager.status(id)).toMatchObject({ state: 'notready', phase: 'lost', pid: undefined });
    const next = await manager.run({ ...config, metadata: { ...config.metadata, attempt: 1 } });
    for (const each of [id, next]) await manager.remove(each);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('makes a pod that a reboot took anew where that is asked for, under its id and key', async () => {
    const manager = await createManager(lab);
    const id = await manager.run(podConfig(lab, { portMappings: [{ containerPort: 80, hostPort: 18084 }] }));
    const before = await manager.status(id);
    await reboot(id);
    expect(await manager.restore({ lost: 'renew' })).toMatchObject({ renewed: [id], failed: [] });
    const after = await manager.status(id);
    expect(after).toMatchObject({
      state: 'ready',
      network: { ready: true, namespace: before.network.namespace },
    });
    expect(await fetchPage(`http://${after.network.ipv4[0]}/`)).toBe(GREETING);
    expect(await fetchPage('http://127.0.0.1:18084/')).toBe(GREETING);
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('leaves a namespace alone that is in the place of the one of a pod', async () => {
    const manager = await createManager(lab);
    const warnings: string[] = [];
    manager.on('warning', ({ message }) => warnings.push(message));
    const id = await manager.run(podConfig(lab));
    const { namespace = '' } = (await manager.status(id)).network;
    const other = await replaceNetns(namespace);
    expect((await manager.status(id)).network.namespace).toMatch(/^\/proc\//);
    expect(await manager.restore()).toMatchObject({ lost: [id], healthy: [], failed: [] });
    await manager.stop(id);
    await manager.remove(id);
    expect(warnings).toContainEqual(expect.stringContaining(`another network namespace is at ${namespace}`));
    expect(await other.exec('ip', ['link', 'show', 'eth0'])).toMatchObject({ exitCode: 0 });
    await other.remove();
    expect(await podRemains(lab)).toEqual([]);
  });

  it('reads the checkpoints of versions that did not record which namespace it was', async () => {
    const manager = await createManager(lab);
    const id = await manager.run(podConfig(lab));
    await editCheckpoint(id, { netnsIdentity: undefined });
    expect(await manager.restore()).toMatchObject({ healthy: [id] });
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('reports orphans of each kind, and removes them on demand', async () => {
    const operator = await createOperator(lab);
    const manager = await createManager(lab, { operator });
    const kept = await manager.run(podConfig(lab));
    const [gone, other] = ['a'.repeat(64), 'b'.repeat(64)];
    const key = `/run/netns/isulacni-${gone.slice(0, 16)}`;
    await createNetns({ path: key });
    await operator.attach({ id: gone, netns: key });
    await mkdir(join(lab.folder, 'pods/names'), { recursive: true });
    await symlink(other, join(lab.folder, 'pods/names/left'));
    const report = await manager.restore();
    expect(report.healthy).toEqual([kept]);
    expect(report.undone).toEqual([other]);
    expect(report.orphans.map(({ kind, what }) => [kind, what])).toEqual([
      ['namespace', key],
      ['attachment', gone],
    ]);
    expect((await manager.restore({ removeOrphans: true })).orphans).toEqual([]);
    expect((await manager.restore()).orphans).toEqual([]);
    expect((await manager.status(kept)).state).toBe('ready');
    await manager.remove(kept);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('finds a sandbox of the runtime whose checkpoint is lost', async () => {
    const runtime = await createRuntime(lab, 'runc');
    const manager = await createManager(lab, { runtimes: { '': runtime } });
    const id = await manager.run(podConfig(lab));
    await run('mv', join(lab.folder, 'pods/sandboxes', id), join(lab.folder, 'lost'));
    const { orphans } = await manager.restore();
    expect(orphans.map(({ kind }) => kind).sort()).toEqual(['attachment', 'sandbox']);
    // A process is in the namespace until the sandbox goes.
    expect((await manager.restore({ removeOrphans: true })).orphans).toEqual([]);
    expect((await podRemains(lab)).filter((thing) => !thing.includes('/log/'))).toEqual([]);
  });
});

/** What a reboot leaves: the disk, with the boot id of before, and neither processes nor namespaces. */
async function reboot(id: string): Promise<void> {
  await (await createRuntime(lab, 'runc')).remove(id);
  const key = `/run/netns/isulacni-${id.slice(0, 16)}`;
  await run('umount', key);
  await run('rm', '-f', key);
  await run('iptables', '-t', 'nat', '-F');
  await run('ip6tables', '-t', 'nat', '-F');
  await editCheckpoint(id, { bootId: '00000000-0000-0000-0000-000000000000' });
}
