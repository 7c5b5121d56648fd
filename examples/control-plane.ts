// A control plane is killed (SIGKILL) while it attaches pods. Its successor cleans up and finishes the work. Needs root and
// the CNI plugins.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CNIOperator, createNetns, listNetns, networkConf, reapNetns, removeNetns } from 'libcni';

const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const prefix = 'example-';
const [role, folder = await mkdtemp('/tmp/libcni-example-'), ...wanted] = process.argv.slice(2);
if (role === 'control-plane') await controlPlane();
else await accidents();

/** Makes what is attached equal to what is wanted, whatever an earlier process has left. */
async function controlPlane(): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const operator = await openOperator();
  const { undone } = await operator.recover();
  await operator.gc({ valid: wanted.map((id) => ({ id })) });
  const attached = await operator.list();
  // A pod without a process still needs its namespace.
  const inUse = ({ name }: { name: string }) => attached.some(({ netns }) => basename(netns) === name);
  const reaped = await reapNetns({ prefix, inUse });
  const removed = reaped.filter(({ outcome }) => outcome === 'removed');
  console.log(`${attached.length} kept, ${undone.length} undone, ${removed.length} namespaces removed`);

  const missing = wanted.filter((id) => !attached.some((pod) => pod.id === id));
  await Promise.all(missing.map((id) => startPod(operator, id, stop.signal)));
  await operator.close();
}

async function startPod(operator: CNIOperator, id: string, signal: AbortSignal): Promise<void> {
  const netns = await createNetns({ name: `${prefix}${id}` });
  try {
    await operator.attach({ id, netns: netns.path }, { signal, timeoutMs: 30_000 });
  } catch (error) {
    await netns.remove();
    throw error;
  }
}

async function openOperator(): Promise<CNIOperator> {
  const ipam = { type: 'host-local', subnet: '10.88.0.0/24', dataDir: join(folder, 'leases') };
  const network = networkConf({
    cniVersion: '1.0.0',
    name: 'web',
    plugins: [{ type: 'ptp', ipMasq: true, ipam }],
  });
  return await CNIOperator.create({
    networks: [network],
    sources: [],
    binDirs,
    cacheDir: join(folder, 'cache'),
  });
}

async function accidents(): Promise<void> {
  const pods = ['one', 'two', 'three', 'four'];
  try {
    for (const delay of [0, 60, 120]) await killWhileItWorks(pods, delay);
    await run(pods);
    await run(pods); // Everything is attached: it is kept.
    const operator = await openOperator();
    assert.deepEqual((await operator.list()).map(({ id }) => id).sort(), [...pods].sort());
    await run([]); // Nothing is wanted any more.
    assert.deepEqual(await operator.list(), []);
    assert.deepEqual(await ours(), []);
    await operator.close();
  } finally {
    for (const { path } of await ours()) await removeNetns(path);
    await rm(folder, { recursive: true });
  }
}

async function ours() {
  return (await listNetns()).filter(({ name }) => name.startsWith(prefix));
}

/** Kills a control plane some time after it has begun to attach pods. */
async function killWhileItWorks(pods: readonly string[], delayMs: number): Promise<void> {
  const child = start(pods);
  const closed = once(child, 'close'); // On a fast machine, it has ended before it is killed.
  await once(child.stdout, 'data');
  await setTimeout(delayMs);
  child.kill('SIGKILL');
  await closed;
  console.log('killed');
}

async function run(pods: readonly string[]): Promise<void> {
  const [code] = await once(start(pods), 'close');
  assert.equal(code, 0);
}

function start(pods: readonly string[]) {
  const [, program = ''] = process.argv;
  const args = [...process.execArgv, program, 'control-plane', folder, ...pods];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.pipe(process.stdout);
  return child;
}
