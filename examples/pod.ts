// Runs a pod from a Kubernetes manifest and shows its progress. Needs root, the CNI
// plugins, runc, busybox-static and the package yaml.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { CNIOperator, networkConf, PodSandboxManager, podSandboxConfig, runcRuntime } from 'libcni';
import { parse } from 'yaml';

const folder = await mkdtemp('/tmp/libcni-example-');
const rootfs = `${folder}/rootfs`;
for (const name of ['bin', 'dev', 'etc', 'proc', 'sys'])
  await mkdir(`${rootfs}/${name}`, { recursive: true });
await writeFile(`${rootfs}/index.html`, 'hello from the pod');
await copyFile('/bin/busybox', `${rootfs}/bin/busybox`);

const ipam = { type: 'host-local', dataDir: folder, subnet: '10.88.0.0/24', routes: [{ dst: '0.0.0.0/0' }] };
const plugins = [
  { type: 'ptp', ipam },
  { type: 'portmap', capabilities: { portMappings: true } },
];
const networks = [networkConf({ cniVersion: '1.0.0', name: 'pods', plugins })];
const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
await using operator = await CNIOperator.create({ networks, binDirs, cacheDir: `${folder}/cache` });
const args = ['/bin/busybox', 'httpd', '-f', '-h', '/'];
const runtimes = { '': runcRuntime({ rootfs, args, root: `${folder}/runc` }) };
await using manager = await PodSandboxManager.create({ operator, stateDir: `${folder}/pods`, runtimes });
manager.on('step', ({ verb, step, state }) => state === 'done' && console.log(`${verb}: ${step}`));

const pod = parse(await readFile(new URL('pod.yaml', import.meta.url), 'utf8'));
const id = await manager.run(await podSandboxConfig(pod, { logRoot: `${folder}/log` }));
try {
  const { network } = await manager.status(id);
  const ask = () => fetch('http://127.0.0.1:8080/').catch(() => setTimeout(50, undefined));
  let answer = await ask();
  while (!answer) answer = await ask();
  console.log(`${network.ipv4}, at the host's port 8080: ${await answer.text()}`);
  assert.equal((await manager.list({ labels: { app: 'web' }, state: 'ready' })).length, 1);
} finally {
  await manager.remove(id);
  await rm(folder, { recursive: true });
}
