import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { runscRuntime } from '../../../src/index.js';
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

it('a pod with runsc has the address of its network before it starts, and leaves nothing', async () => {
  const { RUNSC: program = 'runsc' } = process.env;
  const root = join(lab.folder, 'runtime/runsc');
  const rootfs = await makeRootFileSystem(join(lab.folder, 'rootfs'));
  const globalArgs = ['--platform=systrap', '--network=sandbox', '--ignore-cgroups'];
  const runtime = runscRuntime({ program, root, rootfs, globalArgs, args: SERVING });
  const manager = await createManager(lab, { runtimes: { '': runtime } });
  const id = await manager.run(podConfig(lab, { portMappings: [{ containerPort: 80, hostPort: 18_086 }] }));
  const { network, logFile, state } = await manager.status(id);
  const [address = ''] = network.ipv4;
  expect(state).toBe('ready');
  await until(async () => (await readFile(logFile, 'utf8')).includes('hostname='), 60_000);
  expect(await readFile(logFile, 'utf8')).toContain(`inet ${address}/24`);
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
