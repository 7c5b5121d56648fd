// Two pods on a bridge, a host port mapped to one of them, and nothing left at the end.
// Needs root and the CNI plugins. `npm run demo` and `npm run examples` run it in its own namespaces.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CNIConfig, createNetns, networkConf, PluginError, type RuntimeConf } from 'libcni';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'libcni-demo-'));
const cacheDir = join(folder, 'cache');
const dataDir = join(folder, 'leases');

// A network is a list of plugins. It is usually a file in /etc/cni/net.d; `loadNetworkConf` reads it from there.
const ranges = [[{ subnet: '10.88.0.0/24' }], [{ subnet: 'fd88::/64' }]];
const ipam = { type: 'host-local', dataDir, ranges };
const bridge = { type: 'bridge', bridge: 'demo0', isDefaultGateway: true, ipMasq: true, ipam };
const portmap = { type: 'portmap', capabilities: { portMappings: true } };
const conflist = { cniVersion: '1.0.0', name: 'demo', plugins: [bridge, portmap] };
const network = networkConf(conflist);
const path = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const cni = new CNIConfig({ path, cacheDir });
const before = await whatIsThere();

step('Two pods: each is a network namespace that outlives this program until it is removed');
await using web = await createNetns();
await using client = await createNetns();
say(`${web.path}, ${client.path}`);
const portMappings = [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }];
const webAttachment = attachment('web', web.path, { portMappings });
const clientAttachment = attachment('client', client.path);

try {
  step('ADD: bridge and portmap for the first pod, with host port 8080 mapped to its port 80');
  const webAddress = await add(webAttachment);

  step('ADD: the second pod');
  await add(clientAttachment);
  say(`now there: ${await whatIsThere()}`);

  step('The second pod pings the first');
  const ping = await client.exec('ping', ['-c', '2', '-i', '0.2', webAddress]);
  if (ping.exitCode !== 0) throw new Error(`no answer: ${ping.stdout}${ping.stderr}`);
  say(ping.stdout.trim().split('\n').at(-2) ?? '');

  step('The first pod serves HTTP; the host asks at its own address, port 8080');
  const server = "require('node:http').createServer((_, res) => res.end('hello from the pod')).listen(80)";
  const stop = new AbortController();
  const serving = web.exec(process.execPath, ['-e', server], { signal: stop.signal }).catch(() => undefined);
  try {
    say(`GET http://10.88.0.1:8080/ -> ${await get('http://10.88.0.1:8080/')}`);
  } finally {
    stop.abort();
    await serving;
  }

  step('CHECK: every plugin checks that everything is still as ADD left it');
  say(await checkWithPort(webAttachment));
  await cni.checkNetworkList(network, clientAttachment);
  say('the second pod is fine');
  await client.exec('ip', ['route', 'delete', 'default']);
  const problem = await cni.checkNetworkList(network, clientAttachment).catch((error: unknown) => error);
  if (!(problem instanceof PluginError))
    throw new Error('the missing route went unnoticed', { cause: problem });
  say(`with its default route gone, ${problem.plugin} says: ${problem.msg.trim()}`);
} finally {
  step('DEL: the plugins remove what they created, in reverse');
  await cni.delNetworkList(network, webAttachment);
  await cni.delNetworkList(network, clientAttachment);
  await Promise.all([web.remove(), client.remove()]);
  // The plugin keeps the bridge for the next pod, on purpose.
  await run('ip', ['link', 'delete', 'demo0']).catch(() => undefined);
  const after = await whatIsThere();
  say(`before: ${before}`, `now:    ${after}`, after === before ? 'nothing is left' : 'something is left');
  if (after !== before) process.exitCode = 1;
  await cni[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}

function attachment(containerId: string, netns: string, capabilityArgs = {}): RuntimeConf {
  return { containerId, netns, ifName: 'eth0', capabilityArgs };
}

async function add(rt: RuntimeConf): Promise<string> {
  const result = await cni.addNetworkList(network, rt);
  if (result.cniVersion !== '1.0.0') throw new Error(`a result of version ${result.cniVersion}`);
  const { ips = [] } = result;
  say(`eth0 has ${ips.map(({ address }) => address).join(' and ')}`);
  return ips[0]?.address.split('/')[0] ?? '';
}

/** portmap before CNI 1.1.0 also looks for IPv4 rules among those of IPv6, and fails for every mapped port. */
async function checkWithPort(rt: RuntimeConf): Promise<string> {
  const { supportedVersions } = await cni.getVersionInfo('portmap');
  if (!supportedVersions.includes('1.1.0'))
    return 'the first pod is left out: this portmap cannot check ports';
  await cni.checkNetworkList(network, rt);
  return 'the first pod is fine, and so is its port';
}

/** The server takes a moment to start. */
async function get(url: string, attempts = 50): Promise<string> {
  try {
    return await (await fetch(url)).text();
  } catch (error) {
    if (attempts === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return get(url, attempts - 1);
  }
}

async function whatIsThere(): Promise<string> {
  const links = (await run('ip', ['-o', 'link'])).stdout.trim().split('\n');
  const [ipv4, ipv6] = [await run('iptables-save'), await run('ip6tables-save')];
  const rules = `${ipv4.stdout}${ipv6.stdout}`.split('\n').filter((rule) => /10\.88\.|fd88::/.test(rule));
  const given = await readdir(join(dataDir, 'demo')).catch(() => []);
  const leases = given.filter((file) => /^(10\.|fd)/.test(file));
  const cached = await readdir(join(cacheDir, 'results')).catch(() => []);
  return `${links.length} interfaces, ${rules.length} rules, ${leases.length} leases, ${cached.length} cache entries`;
}

function step(title: string): void {
  console.log(`\n${title}`);
}

function say(...lines: string[]): void {
  for (const line of lines) console.log(`   ${line}`);
}
