import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const IMAGE = 'example/web:latest';
const PAGE = 'hello from the pod\n';
const PODS = 20;

/**
 * What people do with crictl; each scenario has a name.
 *
 * @param {{ crictl: string, server: import('./server.mjs').CriServer }} given
 */
export function scenarios(given) {
  return [
    { name: 'the server reports that runtime and network are ready', run: () => checkInfo(given) },
    {
      name: 'a pod with a runtime handler, a host port and a second network; a container, its log, a command in it',
      run: () => checkPod(given),
    },
    {
      name: `${PODS} pods, the server is killed with KILL and started again: all are reachable, and all are removed without a trace`,
      run: () => checkRestart(given),
    },
  ];
}

async function checkInfo(given) {
  const { status } = JSON.parse(await crictl(given, 'info'));
  assert.deepEqual(
    status.conditions.map(({ type, status: isReady }) => [type, isReady]),
    [
      ['RuntimeReady', true],
      ['NetworkReady', true],
    ],
  );
}

async function checkPod(given) {
  await crictl(given, 'pull', IMAGE);
  const annotations = { 'k8s.v1.cni.cncf.io/networks': 'side@data0' };
  const ports = [{ container_port: 80, host_port: 18_080 }];
  const files = await writeConfigs(given, { name: 'web', annotations, ports });
  const pod = await crictl(given, 'runp', '--runtime', 'runc', files.pod);
  const container = await crictl(given, 'create', pod, files.container, files.pod);
  await crictl(given, 'start', container);
  const { status } = JSON.parse(await crictl(given, 'inspectp', pod));
  assert.equal(status.state, 'SANDBOX_READY');
  assert.equal(status.runtimeHandler, 'runc');
  assert.match(status.network.ip, /^10\.98\./);
  assert.match(status.network.additionalIps[0].ip, /^10\.97\./);
  assert.equal(await fetchPage(`http://${status.network.ip}/`), PAGE);
  assert.equal(await fetchPage('http://127.0.0.1:18080/'), PAGE);
  const links = await crictl(given, 'exec', '--sync', container, 'ip', '-o', 'link');
  assert.match(links, /data0/);
  assert.match(await crictl(given, 'logs', container), /httpd serves port 80/);
  await removePods(given, [pod]);
  await assertNothingLeft(given);
}

async function checkRestart(given) {
  const { server } = given;
  await Promise.all(
    Array.from({ length: PODS }, async (_, index) => {
      const files = await writeConfigs(given, { name: `web-${index}` });
      await crictl(given, 'run', '--no-pull', files.container, files.pod);
    }),
  );
  await server.end('SIGKILL');
  await server.start();
  const { items } = JSON.parse(await crictl(given, 'pods', '--state', 'ready', '--output', 'json'));
  assert.equal(items.length, PODS);
  const { containers } = JSON.parse(await crictl(given, 'ps', '--output', 'json'));
  assert.equal(containers.length, PODS);
  const all = items.map(({ id }) => id);
  const pods = JSON.parse(await crictl(given, 'inspectp', ...all));
  for (const { status } of pods) assert.equal(await fetchPage(`http://${status.network.ip}/`), PAGE);
  await removePods(given, all);
  await assertNothingLeft(given);
}

async function removePods(given, pods) {
  await crictl(given, 'stopp', ...pods);
  await crictl(given, 'rmp', ...pods);
}

/**
 * Removes every pod that the server has, running or not.
 *
 * @param {{ crictl: string, server: import('./server.mjs').CriServer }} given
 */
export async function removeAllPods(given) {
  await crictl(given, 'rmp', '--all', '--force');
}

/** Checks that no namespace, interface, rule, address, process or record of a pod is left. */
async function assertNothingLeft({ server: { folder } }) {
  assert.deepEqual(await readdir('/run/netns'), []);
  const { stdout: links } = await run('ip', ['-o', 'link', 'show', 'type', 'veth']);
  assert.equal(links, '');
  const { stdout: rules } = await run('iptables-save', []);
  assert.deepEqual(
    rules.split('\n').filter((rule) => /10\.9[78]\.\d+\.\d+\/32|CNI-DN-/.test(rule)),
    [],
  );
  for (const place of ['state/pods/sandboxes', 'state/containers', 'state/cni/results', 'run/runc'])
    assert.deepEqual(await readdir(join(folder, place)).catch(() => []), []);
  const leases = (await readdir(join(folder, 'ipam/pods'))).filter((name) => /^[\d.]+$/.test(name));
  assert.deepEqual(leases, []);
}

async function crictl({ crictl: program, server: { socket } }, ...args) {
  const endpoint = `unix://${socket}`;
  const places = ['--runtime-endpoint', endpoint, '--image-endpoint', endpoint, '--timeout', '120s'];
  const { stdout, stderr } = await run(program, [...places, ...args], { timeout: 180_000 });
  return args[0] === 'logs' ? stdout + stderr : stdout.trim();
}

async function writeConfigs({ server: { folder } }, { name, annotations = {}, ports = [] }) {
  const metadata = { name, namespace: 'example', uid: `uid-of-${name}`, attempt: 0 };
  const logDirectory = join(folder, 'log', name);
  const pod = { metadata, annotations, port_mappings: ports, log_directory: logDirectory, linux: {} };
  const container = {
    metadata: { name: 'httpd' },
    image: { image: IMAGE },
    log_path: 'httpd.log',
    linux: {},
  };
  const files = { pod: join(folder, `${name}-pod.json`), container: join(folder, `${name}-container.json`) };
  await writeFile(files.pod, JSON.stringify(pod));
  await writeFile(files.container, JSON.stringify(container));
  return files;
}

/** Tries again, since the web server may not listen yet. */
async function fetchPage(url) {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
      return await response.text();
    } catch (error) {
      if (Date.now() > end) throw error;
      await setTimeout(100);
    }
  }
}
