import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Networks } from '../../../src/index.js';
import { until } from '../harness/eventually.js';
import { libcniFailure } from '../harness/failure.js';
import { useLab } from '../harness/lab.js';
import { linkNames, showLink } from '../harness/links.js';
import { expectSilence, ping } from '../harness/ping.js';
import type { Pod } from '../harness/pod.js';
import { run } from '../harness/run.js';
import { readGreeting, startGreeter } from '../harness/server.js';
import { confDir, remains } from '../operator/harness/operators.js';
import { openNetworks } from './harness/networks.js';

const lab = useLab();

/** Asserts that nothing is left of networks and containers, bridges included. */
async function expectNothing(): Promise<void> {
  expect(await lab.leftovers()).toEqual([]);
  expect(await readdir(confDir(lab))).toEqual([]);
}

async function connected(networks: Networks, network: string, more: object = {}) {
  const pod = await lab.pod();
  const made = await networks.connect({ network, id: pod.id, netns: pod.path, ...more });
  return { pod, made };
}

/** Runs a command with a pod's hosts file in the place of /etc/hosts, as a container has it. */
async function withHosts(pod: Pod, hostsFile: string, ...command: string[]): Promise<string> {
  const script = `mount --bind ${hostsFile} /etc/hosts && exec nsenter --net=${pod.path} ${command.join(' ')}`;
  return await run('unshare', '--mount', 'sh', '-c', script);
}

/** Starts a web server in a pod, on port 8080; it ends with the test. */
async function serveHttp(pod: Pod, text: string): Promise<void> {
  const folder = join(lab.folder, `www-${pod.id}`);
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), text);
  const end = new AbortController();
  const serving = pod.netns.exec('busybox', ['httpd', '-f', '-p', '8080', '-h', folder], {
    signal: end.signal,
  });
  lab.defer(() => {
    end.abort();
    return serving.catch(() => undefined);
  });
  await until(() => pod.run('ss', '-Hltn', 'sport', '=', '8080').then((listening) => listening !== ''));
}

it('makes a network, puts containers on it that reach each other by address and name, and leaves nothing', async () => {
  const networks = await openNetworks(lab);
  const made = await networks.create({ name: 'web', labels: { team: 'a' } });
  expect(made).toMatchObject({
    name: 'web',
    driver: 'bridge',
    interface: 'isula-br0',
    cniVersion: '1.0.0',
    warnings: [],
  });
  const a = await connected(networks, 'web', { name: 'front' });
  const b = await connected(networks, 'web', {
    name: 'back',
    aliases: ['db'],
    ports: ['18080:80', { containerPort: 80 }],
  });
  await startGreeter(lab, b.pod, { port: 80, text: 'hello' });
  await serveHttp(b.pod, 'hello over HTTP');

  await ping(a.pod.path, b.made.ipv4[0] ?? '');
  await ping(a.pod.path, made.subnets[0]?.gateway ?? '');
  await withHosts(a.pod, a.made.hostsFile, 'ping -n -c1 -w8 db');
  await withHosts(b.pod, b.made.hostsFile, 'ping -n -c1 -w8 front');
  expect(await readGreeting(a.pod.path, b.made.ipv4[0] ?? '', 80)).toBe('hello');
  for (const host of [b.made.ipv4[0] ?? '', 'db', 'back'])
    expect(await withHosts(a.pod, a.made.hostsFile, `busybox wget -q -O - http://${host}:8080/`)).toBe(
      'hello over HTTP',
    );
  const chosen = b.made.ports[1]?.hostPort ?? 0;
  expect(chosen).toBeGreaterThan(1023);
  expect(await readGreeting(undefined, '127.0.0.1', 18080)).toBe('hello');
  expect(await readGreeting(undefined, made.subnets[0]?.gateway ?? '', chosen)).toBe('hello');

  const { containers, ...summary } = await networks.inspect(made.id.slice(0, 12));
  expect(summary).toEqual((({ existed, warnings, ...rest }) => rest)(made));
  expect(containers).toHaveLength(2);
  expect(containers.find(({ id }) => id === b.pod.id)).toMatchObject({
    ifName: 'eth0',
    netns: b.pod.path,
    mac: (await showLink('eth0', b.pod.path)).address,
    addresses: b.made.addresses,
    names: ['back', 'db'],
    ports: b.made.ports,
  });

  const inUse = await libcniFailure(networks.remove('web'));
  expect(inUse).toMatchObject({ code: 'ERR_IN_USE', network: 'web' });
  expect(inUse.message).toContain(a.pod.id);
  await networks.disconnect({ network: 'web', id: a.pod.id });
  expect(await readFile(b.made.hostsFile, 'utf8')).not.toContain('front');
  await networks.disconnect({ network: 'web', id: b.pod.id });
  await networks.disconnect({ network: 'web', id: b.pod.id });
  await networks.remove('web');
  await expectNothing();
});

it('disconnects first with force, and takes containers whose namespace is gone for no users', async () => {
  const networks = await openNetworks(lab);
  await networks.create({ name: 'web' });
  const gone = await connected(networks, 'web', { ports: ['18081:80'] });
  expect(await networks.list({ dangling: true })).toEqual([]);
  await gone.pod.netns.remove();
  expect(await networks.list({ dangling: true })).toMatchObject([{ name: 'web' }]);
  await networks.remove('web');
  await expectNothing();
  await networks.create({ name: 'web' });
  await connected(networks, 'web');
  await networks.remove('web', { force: true });
  await expectNothing();
});

it('gives both families, by which containers and gateways reach each other', async () => {
  const networks = await openNetworks(lab);
  const made = await networks.create({ name: 'dual', ipv6: true });
  expect(made.subnets.map(({ subnet }) => subnet)).toEqual([
    expect.stringMatching(/^192\.168\.\d+\.0\/24$/),
    expect.stringMatching(/^fd.*::\/64$/),
  ]);
  const a = await connected(networks, 'dual');
  const b = await connected(networks, 'dual');
  expect([a.made.ipv4.length, a.made.ipv6.length]).toEqual([1, 1]);
  for (const address of [...b.made.ipv4, ...b.made.ipv6]) await ping(a.pod.path, address);
  for (const { gateway = '' } of made.subnets) await ping(a.pod.path, gateway);
  await networks.remove('dual', { force: true });
  await expectNothing();
});

it('reaches nothing outside of an internal network', async () => {
  const networks = await openNetworks(lab);
  await networks.create({ name: 'inner', internal: true });
  await networks.create({ name: 'outer' });
  const a = await connected(networks, 'inner');
  const b = await connected(networks, 'inner');
  const c = await connected(networks, 'outer');
  await ping(a.pod.path, b.made.ipv4[0] ?? '');
  await expectSilence(a.pod.path, c.made.ipv4[0] ?? '');
  expect(await a.pod.run('ip', 'route')).not.toContain('default');
  await expect(connected(networks, 'inner', { ports: ['18082:80'] })).rejects.toMatchObject({
    code: 'ERR_CONF_INVALID',
  });
  expect(await networks.remove(['inner', 'outer', 'none-such'], { force: true })).toEqual([
    { network: 'inner' },
    { network: 'outer' },
    { network: 'none-such', error: expect.objectContaining({ code: 'ERR_NOT_FOUND' }) },
  ]);
  await expectNothing();
});

it('keeps two isolated networks apart, which others are not', async () => {
  const networks = await openNetworks(lab);
  for (const name of ['one', 'two']) await networks.create({ name, isolate: true });
  for (const name of ['three', 'four']) await networks.create({ name });
  const [one, two, three, four] = await Promise.all(
    ['one', 'two', 'three', 'four'].map((name) => connected(networks, name)),
  );
  await ping(three?.pod.path, four?.made.ipv4[0] ?? '');
  await expectSilence(one?.pod.path, two?.made.ipv4[0] ?? '');
  await expectSilence(two?.pod.path, one?.made.ipv4[0] ?? '');
  await networks.remove(['one', 'two', 'three', 'four'], { force: true });
  await expectNothing();
});

describe('static addresses', () => {
  it('are given, and refused where the network cannot give them', async () => {
    const networks = await openNetworks(lab);
    await networks.create({ name: 'web', subnets: ['10.201.0.0/24', 'fd01:201::/64'] });
    const wanted = { ip: '10.201.0.77', ip6: 'fd01:201::77', mac: '02:00:00:00:00:77', ifName: 'net0' };
    const { pod, made } = await connected(networks, 'web', wanted);
    expect(made).toMatchObject({ ipv4: ['10.201.0.77'], ipv6: ['fd01:201::77'], mac: '02:00:00:00:00:77' });
    expect((await showLink('net0', pod.path)).address).toBe('02:00:00:00:00:77');
    const refusals: [object, string][] = [
      [{ ip: '10.202.0.7' }, 'is not inside 10.201.0.0/24'],
      [{ ip: '10.201.0.1' }, 'is the gateway'],
      [{ ip6: '10.201.0.7' }, 'must be an IPv6 address'],
      [{ mac: '03:00:00:00:00:01' }, 'must be the hardware address'],
      [{ ifName: 'sixteen-bytes-00' }, 'longer than 15 bytes'],
    ];
    for (const [bad, said] of refusals) {
      const error = await libcniFailure(connected(networks, 'web', bad));
      expect(error.code).toBe('ERR_CONF_INVALID');
      expect(error.message).toContain(said);
    }
    await networks.remove('web', { force: true });
    await expectNothing();
  });
});

it('refuses a host port that a process or another container has, before anything runs', async () => {
  const networks = await openNetworks(lab);
  await networks.create({ name: 'web' });
  const first = await connected(networks, 'web', { ports: ['18083:80'] });
  const second = await libcniFailure(connected(networks, 'web', { ports: ['18083:81'] }));
  expect(second).toMatchObject({ code: 'ERR_CONFLICT' });
  expect(second.message).toContain(first.pod.id);
  const { createServer } = await import('node:net');
  const server = createServer().listen(18084, '0.0.0.0');
  lab.defer(async () => server.close());
  const third = await libcniFailure(connected(networks, 'web', { ports: ['18084:80'] }));
  expect(third.message).toContain('is in use by a process of the host');
  expect((await networks.inspect('web')).containers).toHaveLength(1);
  await networks.remove('web', { force: true });
  expect(await remains(lab)).toEqual([]);
});

it('keeps the namespace of a process by a file, until the last network goes', async () => {
  const networks = await openNetworks(lab);
  await networks.create({ name: 'web' });
  await networks.create({ name: 'side' });
  const { spawn } = await import('node:child_process');
  const netOf = (pid: number | 'self') => readlinkOf(`/proc/${pid}/ns/net`);
  const own = await netOf('self');
  const start = async () => {
    const child = spawn('unshare', ['--net', 'sleep', '60']);
    lab.defer(async () => child.kill());
    await until(() => child.pid !== undefined);
    const pid = child.pid ?? 0;
    for (let at = ''; at === '' || at === own; ) at = await netOf(pid).catch(() => '');
    return { child, pid };
  };
  const { child, pid } = await start();
  await networks.connect({ network: 'web', id: 'by-pid', pid });
  await networks.connect({ network: 'side', id: 'by-pid', pid });
  child.kill();
  const again = { network: 'web', id: 'by-pid', pid: (await start()).pid };
  await expect(networks.connect(again)).rejects.toMatchObject({ code: 'ERR_IN_USE', containerId: 'by-pid' });
  const [container] = (await networks.inspect('web')).containers;
  await ping(container?.netns, '127.0.0.1');
  await networks.disconnect({ network: 'web', id: 'by-pid' });
  await networks.remove(['web', 'side'], { force: true });
  await expectNothing();
});

it('makes the predefined network when it is first used, and does not remove it', async () => {
  const networks = await openNetworks(lab);
  const pod = await lab.pod();
  const made = await networks.connect({ id: pod.id, netns: pod.path });
  expect(made.name).toBe('bridge');
  await networks.disconnect({ id: pod.id });
  await expect(networks.remove('bridge', { force: true })).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
  const device = (await networks.inspect('bridge')).interface ?? '';
  expect(await networks.prune()).toEqual([]);
  expect(await linkNames()).toContain(device);
  lab.ownBridge(device);
  const { rm } = await import('node:fs/promises');
  await rm('/var/lib/cni/networks/bridge', { recursive: true });
});

async function readlinkOf(path: string): Promise<string> {
  const { readlink } = await import('node:fs/promises');
  return await readlink(path);
}

it('uses a bridge that is there already, and leaves it there', async () => {
  const networks = await openNetworks(lab);
  await run('ip', 'link', 'add', lab.ownBridge('mybr0'), 'type', 'bridge');
  await networks.create({ name: 'web', options: { 'com.docker.network.bridge.name': 'mybr0' } });
  await connected(networks, 'web');
  await networks.remove('web', { force: true });
  expect(await linkNames()).toContain('mybr0');
  expect(await readdir(join(confDir(lab)))).toEqual([]);
});

it('keeps off the addresses and routes of the host', async () => {
  const pools = [{ base: '10.203.0.0/22', size: 24 }];
  const networks = await openNetworks(lab, { pools });
  await run('ip', 'link', 'add', lab.ownBridge('hostbr0'), 'type', 'bridge');
  await run('ip', 'addr', 'add', '10.203.0.9/24', 'dev', 'hostbr0');
  await run('ip', 'addr', 'add', 'fd00:203::9/64', 'dev', 'hostbr0');
  await run('ip', 'link', 'set', 'hostbr0', 'up');
  await run('ip', 'route', 'add', '10.203.1.0/24', 'via', '10.203.0.1');
  expect((await networks.create({ name: 'web' })).subnets[0]?.subnet).toBe('10.203.2.0/24');
  for (const subnet of ['10.203.0.0/26', '10.203.1.0/25', 'fd00:203::/64']) {
    const error = await libcniFailure(networks.create({ subnets: [subnet] }));
    expect(error.code).toBe('ERR_CONFLICT');
    expect(error.message).toContain('hostbr0');
  }
  await networks.remove('web');
});

it('keeps off the addresses that the host has on lo', async () => {
  const pools = [{ base: '10.204.0.0/23', size: 24 }];
  const networks = await openNetworks(lab, { pools });
  await run('ip', 'addr', 'add', '10.204.0.9/32', 'dev', 'lo');
  lab.defer(() => run('ip', 'addr', 'del', '10.204.0.9/32', 'dev', 'lo'));
  expect((await networks.create({ name: 'web' })).subnets[0]?.subnet).toBe('10.204.1.0/24');
  for (const subnet of ['10.204.0.0/24', '127.5.0.0/16']) {
    const error = await libcniFailure(networks.create({ subnets: [subnet] }));
    expect(error.code).toBe('ERR_CONFLICT');
    expect(error.message).toContain('interface lo');
  }
  await networks.remove('web');
});
