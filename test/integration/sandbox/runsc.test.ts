import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  type PodSandboxConfig,
  type Runtime,
  type RuntimeSandbox,
  runscRuntime,
} from '../../../src/index.js';
import { showAddresses } from '../harness/addresses.js';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { mountPoints } from '../harness/mounts.js';
import { firewall, portmap } from '../harness/plugins.js';
import { run } from '../harness/run.js';
import { configure, gatewayBridge } from '../operator/harness/operators.js';
import { fetchPage } from './harness/fetch-page.js';
import { createManager, podConfig, podRemains } from './harness/pod-host.js';
import { GREETING, makeRootFileSystem, SERVING } from './harness/root-file-system.js';

const lab = useLab();

beforeEach(() => configure(lab, 'first', [gatewayBridge(lab, 146), portmap, firewall]));

/** runsc keeps a namespace without network for its own helpers, mounted in its folder, for as long as the machine runs. */
async function removeNullNetns(root: string): Promise<void> {
  const path = join(root, 'null-netns');
  if ((await mountPoints()).includes(path)) await run('umount', path);
  await run('rm', '-rf', root);
}

/** runsc as the runtime of a lab, with a pod of it that serves. */
async function runPod(hostPort: number, more: Partial<PodSandboxConfig> = {}) {
  const { RUNSC: program = 'runsc' } = process.env;
  const root = join(lab.folder, 'runtime/runsc');
  const rootfs = await makeRootFileSystem(join(lab.folder, 'rootfs'));
  const globalArgs = ['--platform=systrap', '--network=sandbox', '--ignore-cgroups'];
  const runtime = runscRuntime({ program, root, rootfs, globalArgs, args: SERVING });
  const created: RuntimeSandbox[] = [];
  const create: Runtime['create'] = (sandbox, options) => {
    created.push(sandbox);
    return runtime.create(sandbox, options);
  };
  const seen: Runtime = {
    create,
    start: (...given) => runtime.start(...given),
    stop: (...given) => runtime.stop(...given),
    remove: (...given) => runtime.remove(...given),
    status: (...given) => runtime.status(...given),
  };
  const manager = await createManager(lab, { runtimes: { '': seen } });
  const id = await manager.run(podConfig(lab, { portMappings: [{ containerPort: 80, hostPort }], ...more }));
  const { network, logFile } = await manager.status(id);
  await until(async () => (await readFile(logFile, 'utf8')).includes('hostname='), 60_000);
  const inside = (...command: string[]) =>
    run(program, '--root', root, ...globalArgs, 'exec', id, ...command);
  return { root, runtime, manager, id, network, logFile, created, inside };
}

it('a pod with runsc has the address of its network before it starts, and leaves nothing', async () => {
  const { root, runtime, manager, id, network, logFile, inside } = await runPod(18_086, {
    hostname: 'secure',
    dns: { servers: ['10.96.0.10'], searches: ['shop.svc.cluster.local'] },
  });
  const [address = ''] = network.ipv4;
  expect((await manager.status(id)).state).toBe('ready');
  expect(await readFile(logFile, 'utf8')).toContain(`inet ${address}/24`);
  expect(await readFile(logFile, 'utf8')).toContain('hostname=secure\n');
  expect(await inside('/bin/cat', '/etc/hostname')).toBe('secure\n');
  expect(await inside('/bin/cat', '/etc/hosts')).toContain(`${address}\tsecure`);
  expect(await inside('/bin/cat', '/etc/resolv.conf')).toBe(
    'search shop.svc.cluster.local\nnameserver 10.96.0.10\n',
  );
  expect(await fetchPage(`http://${address}/`)).toBe(GREETING);
  expect(await fetchPage('http://127.0.0.1:18086/')).toBe(GREETING);
  // The stack inside has it now: a network that is set up later would not be seen.
  expect(await showAddresses('eth0', network.namespace)).toEqual([]);
  await manager.stop(id, { graceMs: 1000 });
  expect(await manager.status(id)).toMatchObject({ phase: 'stopped', pid: undefined });
  await manager.remove(id);
  expect(await runtime.status(id)).toEqual({ state: 'absent' });
  await removeNullNetns(root);
  expect(await podRemains(lab)).toEqual([]);
}, 120_000);

it('a process of runsc that is made again in the same namespace has the same addresses and routes', async () => {
  const { root, runtime, manager, id, network, created } = await runPod(18_087);
  const [sandbox] = created;
  if (sandbox === undefined) throw new Error('runsc was asked for no sandbox');
  await runtime.stop(id, 0);
  expect((await manager.status(id)).state).toBe('notready');
  await runtime.remove(id);
  expect(await showAddresses('eth0', network.namespace)).toEqual([]);
  await runtime.create(sandbox);
  await runtime.start(id);
  expect((await manager.status(id)).state).toBe('ready');
  for (const address of network.ipv4) expect(await fetchPage(`http://${address}/`)).toBe(GREETING);
  for (const address of network.ipv6) expect(await fetchPage(`http://[${address}]/`)).toBe(GREETING);
  // An answer to another network than its own finds the way back by the default route.
  expect(await fetchPage('http://127.0.0.1:18087/')).toBe(GREETING);
  await manager.remove(id);
  await removeNullNetns(root);
  expect(await podRemains(lab)).toEqual([]);
}, 120_000);
