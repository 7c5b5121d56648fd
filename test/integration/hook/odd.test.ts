import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createNetns,
  type HookEvent,
  type HookOutcome,
  reapHooks,
  removeNetns,
  runHook,
  serveHooks,
} from '../../../src/index.js';
import { findHelperBinary } from '../../../src/platform/helper/index.js';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { run } from '../harness/run.js';
import { configure, createOperator, gatewayBridge, remains } from '../operator/harness/operators.js';
import { stateDir } from './harness/command.js';
import { serve, socketOf } from './harness/serve.js';

const lab = useLab();
let child: ChildProcess;
let pid: number;

beforeEach(async () => {
  await configure(lab, 'front', [{ ...gatewayBridge(lab, 176), ipMasq: true }, portmap, firewall]);
  child = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
  pid = child.pid ?? 0;
  lab.defer(() => end(child));
  await until(async () => (await text(spawn('cat', [`/proc/${pid}/cmdline`]).stdout)).startsWith('sleep'));
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function state(changes: object = {}): string {
  return JSON.stringify({ ociVersion: '1.0.2', id: 'odd', status: 'created', pid, bundle: '/b', ...changes });
}

async function hook(event: HookEvent, stateJson: string): Promise<HookOutcome> {
  const operator = await createOperator(lab);
  return await runHook(event, stateJson, { operator, stateDir: stateDir(lab), env: {}, timeoutMs: 20_000 });
}

describe('another namespace in the place of the one that a hook keeps', () => {
  // Without a namespace, bridge does not find its rules for masquerading.
  beforeEach(() => configure(lab, 'front', [gatewayBridge(lab, 176), portmap, firewall]));

  /** Puts one with an `eth0` there; the record is changed as if the kernel had given the inode again. */
  async function replace(changes: (record: object, inode: bigint) => object) {
    const path = '/run/netns/libcni-hook-odd';
    await removeNetns(path);
    const other = await createNetns({ path });
    await other.exec('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far0']);
    // With its process, the first one goes, and the interface in it.
    await end(child);
    const file = join(stateDir(lab), 'hook/odd.json');
    const record = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(changes(record, other.inode)));
    lab.defer(() => other.remove());
    return other;
  }

  const asIs = (record: object) => record;
  const sameInode = (record: object, inode: bigint) => ({ ...record, inode: String(inode) });
  const earlier = ({ netnsIdentity: _, ...record }: { netnsIdentity?: string }) => record;

  it.each([
    ['as it is', asIs],
    ['with the inode of the first one', sameInode],
    ['with a record of an earlier version', earlier],
  ])('is left alone by poststop: %s', async (_, changes) => {
    await hook('createRuntime', state());
    const other = await replace(changes);
    expect(await hook('poststop', state())).toEqual({ did: 'detached' });
    expect(await other.exec('ip', ['link', 'show', 'eth0'])).toMatchObject({ exitCode: 0 });
    await other.remove();
    expect(await remains(lab)).toEqual([]);
  });

  it('is left alone when leftovers are taken down, though processes live in it', async () => {
    await hook('createRuntime', state());
    const other = await replace(sameInode);
    const living = await other.spawn('sleep', ['600']);
    const operator = await createOperator(lab);
    expect(await reapHooks({ operator, stateDir: stateDir(lab) })).toEqual([
      { id: 'odd', outcome: 'removed' },
    ]);
    expect(await other.exec('ip', ['link', 'show', 'eth0'])).toMatchObject({ exitCode: 0 });
    living.kill('SIGKILL');
    living.stdout.destroy();
    living.stderr.destroy();
    await living.ended;
    await other.remove();
    expect(await remains(lab)).toEqual([]);
  });
});

describe('a container in an odd state', () => {
  it.each([
    ['pid 0', { pid: 0, status: 'stopped' }],
    ['pid -1', { pid: -1, status: 'stopped' }],
    ['a pid of null', { pid: null, status: 'stopped' }],
    ['no pid', { pid: undefined, status: 'stopped' }],
    ['the pid of a process that is gone', { pid: 2 ** 22 + 1 }],
    ['the pid of another process', { pid: 1 }],
    ['annotations of null and more keys than the specification has', { annotations: null, more: [1] }],
  ])('is taken down at a poststop with %s', async (_, changes) => {
    expect(await hook('createRuntime', state())).toMatchObject({ did: 'attached' });
    expect(await hook('poststop', state(changes))).toEqual({ did: 'detached' });
    expect(await hook('poststop', state(changes))).toMatchObject({ did: 'nothing' });
    expect(await remains(lab)).toEqual([]);
  });

  it.each([
    ['a process that is gone', { pid: 2 ** 22 + 1 }, 'ERR_NETNS'],
    ['a negative pid', { pid: -1 }, 'ERR_CONF_INVALID'],
    ['a relative namespace', { annotations: { 'libcni/netns': 'netns/web' } }, 'ERR_CONF_INVALID'],
    [
      'a namespace whose name no file can have',
      { annotations: { 'libcni/netns': `/${'n'.repeat(300)}` } },
      'ERR_NETNS',
    ],
    ['a namespace that is a file', { annotations: { 'libcni/netns': '/etc/hostname' } }, 'ERR_NETNS'],
    ['an id that leads elsewhere', { id: '../up' }, 'ERR_CONF_INVALID'],
    ['an id that no file can have', { id: 'x'.repeat(250) }, undefined],
    ['networks that are none', { annotations: { 'libcni/networks': 'front,,side' } }, 'ERR_ANNOTATION'],
    ['ports that are none', { annotations: { 'libcni/ports': '80:0' } }, 'ERR_ANNOTATION'],
  ])('is refused with %s, and leaves nothing, at poststop neither', async (_, changes, code) => {
    const created = hook('createRuntime', state(changes));
    await expect(created).rejects.toMatchObject({ name: expect.any(String), ...(code && { code }) });
    await hook('poststop', state({ ...changes, pid: 0 })).catch(() => {});
    expect(await remains(lab)).toEqual([]);
  });

  it('is refused for want of a right where its process is that of another user', async () => {
    const operator = await createOperator(lab);
    process.seteuid?.(65534);
    const created = runHook('createRuntime', state(), { operator, stateDir: stateDir(lab), env: {} });
    await expect(created.finally(() => process.seteuid?.(0))).rejects.toMatchObject({
      code: 'ERR_PERMISSION',
      message: expect.stringMatching(`/proc/${pid}/ns/net: EACCES; it needs CAP_SYS_PTRACE`),
    });
  });

  it('is taken down although its hook was killed before it wrote the record', async () => {
    const before = await remains(lab);
    expect(await hook('createRuntime', state())).toMatchObject({ did: 'attached' });
    await rm(join(stateDir(lab), 'hook/odd.json'));
    expect(await hook('createRuntime', state())).toMatchObject({ did: 'attached' });
    await rm(join(stateDir(lab), 'hook/odd.json'));
    expect(await hook('poststop', state({ pid: 0 }))).toEqual({ did: 'detached' });
    expect(await remains(lab)).toEqual(before);
  });

  it('is left alone where its namespace is the path of the host', async () => {
    const mounted = join(lab.folder, 'host');
    await writeFile(mounted, '');
    await run('mount', '--bind', '/proc/self/ns/net', mounted);
    for (const netns of [mounted, '/proc/self/ns/net'])
      expect(await hook('createRuntime', state({ annotations: { 'libcni/netns': netns } }))).toEqual({
        did: 'nothing',
        reason: 'host network',
      });
    await run('umount', mounted);
    expect(await remains(lab)).toEqual([]);
  });
});

/** What the native hook says as another user, or in other namespaces. */
async function nativeHook(before: readonly string[], socket = socketOf(lab)) {
  const [program = '', ...args] = [
    ...before,
    findHelperBinary() ?? '',
    'hook',
    '--socket',
    socket,
    'poststop',
  ];
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.end(state());
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, stderr };
}

describe('the socket of hooks', () => {
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

  it('is not for other users, even where the file lets them in', async () => {
    const server = await serve(lab);
    await chmod(lab.folder, 0o755);
    expect(await nativeHook(asNobody)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('user 65534 may not connect'),
    });
    await chmod(server.socket, 0o666);
    expect(await nativeHook(asNobody)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('only root and the user of the control plane'),
    });
    expect(await nativeHook([])).toMatchObject({ code: 0 });
  });

  it('is not made for want of a right in its folder, and the error says so', async () => {
    const operator = await createOperator(lab);
    await mkdir(join(lab.folder, 'run'));
    process.seteuid?.(65534);
    const serving = serveHooks({
      operator,
      stateDir: '/tmp',
      foreignFolders: 'allow',
      socket: socketOf(lab),
    });
    await expect(serving.finally(() => process.seteuid?.(0))).rejects.toMatchObject({
      code: 'ERR_PERMISSION',
      message: expect.stringContaining('run as root, or as the owner of the folder'),
    });
  });

  it('is not trusted where another user serves', async () => {
    const folder = join(lab.folder, 'theirs');
    await mkdir(folder, { mode: 0o777 });
    await chmod(lab.folder, 0o755);
    await chmod(folder, 0o777);
    const socket = join(folder, 'hook.sock');
    const gate = spawn('setpriv', [...asNobody.slice(1), findHelperBinary() ?? '', 'hook-gate', socket]);
    lab.defer(() => end(gate));
    await once(gate.stdout, 'data');
    expect(await nativeHook([], socket)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('user 65534 serves hooks'),
    });
  });

  it('is not for a runtime whose pids are not those of the control plane', async () => {
    await serve(lab);
    expect(await nativeHook(['unshare', '--pid', '--fork'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pid namespace'),
    });
  });

  it('is answered by nobody where it is a file, a folder, or missing', async () => {
    await writeFile(join(lab.folder, 'file'), '');
    for (const place of ['file', 'missing', '.'])
      expect(await nativeHook([], join(lab.folder, place))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('nobody serves hooks'),
      });
  });
});
