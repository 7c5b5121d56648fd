import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { useLab } from '../harness/lab.js';
import { ping } from '../harness/ping.js';
import { pluginDir } from '../harness/plugin-dirs.js';
import { confDir } from '../operator/harness/operators.js';
import { openNetworks } from './harness/networks.js';

const lab = useLab();
const execute = promisify(execFile);
const namesSchema = z.array(z.looseObject({ name: z.string() }));

/** Runs `podman network` on the lab's configuration folder, with CNI. */
async function podman(...args: string[]): Promise<string> {
  const file = join(lab.folder, 'containers.conf');
  const network = { network_backend: 'cni', network_config_dir: confDir(lab) };
  const lines = Object.entries(network).map(([key, value]) => `${key} = "${value}"`);
  await writeFile(file, `[network]\n${lines.join('\n')}\ncni_plugin_dirs = ["${pluginDir}"]\n`);
  const own = [
    '--root',
    join(lab.folder, 'root'),
    '--runroot',
    join(lab.folder, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const all = [...own, '--network-config-dir', confDir(lab), 'network', ...args];
  const env = { ...process.env, CONTAINERS_CONF: file };
  return (await execute('podman', all, { env })).stdout;
}

it('podman lists and inspects the networks of this library', async () => {
  const networks = await openNetworks(lab);
  const web = await networks.create({
    name: 'web',
    ipv6: true,
    mtu: 1400,
    labels: { team: 'a' },
    options: { isolate: 'true' },
  });
  const inner = await networks.create({ name: 'inner', internal: true });
  const listed = namesSchema
    .parse(JSON.parse(await podman('ls', '--format', 'json')))
    .map(({ name }) => name);
  expect(listed).toEqual(expect.arrayContaining(['web', 'inner']));
  const [shown] = z.array(z.looseObject({})).parse(JSON.parse(await podman('inspect', 'web')));
  expect(shown).toMatchObject({
    name: 'web',
    id: web.id,
    driver: 'bridge',
    network_interface: web.interface,
    subnets: web.subnets,
    ipv6_enabled: true,
    internal: false,
    labels: { team: 'a' },
    options: { isolate: 'true', mtu: '1400' },
    ipam_options: { driver: 'host-local' },
  });
  const [shownInner] = z.array(z.looseObject({})).parse(JSON.parse(await podman('inspect', 'inner')));
  expect(shownInner).toMatchObject({ internal: true, id: inner.id });
  await networks.remove(['web', 'inner']);
});

it('a network that podman wrote is listed, inspected and connected to', async () => {
  await mkdir(confDir(lab), { recursive: true });
  await podman('create', '--label', 'made=by-podman', '--subnet', '10.205.0.0/24', 'theirs');
  const networks = await openNetworks(lab);
  expect(await networks.list({ label: 'made' })).toMatchObject([
    { name: 'theirs', driver: 'bridge', isNative: false },
  ]);
  const pod = await lab.pod();
  const made = await networks.connect({ network: 'theirs', id: pod.id, netns: pod.path, ip: '10.205.0.9' });
  const theirs = await networks.inspect('theirs');
  expect(theirs).toMatchObject({
    subnets: [{ subnet: '10.205.0.0/24', gateway: '10.205.0.1' }],
    containers: [{ id: pod.id, ipv4: ['10.205.0.9'] }],
  });
  lab.ownBridge(theirs.interface ?? '');
  await ping(pod.path, '10.205.0.1');
  expect(made.ipv4).toEqual(['10.205.0.9']);
  await networks.disconnect({ network: 'theirs', id: pod.id });
  await expect(networks.remove('theirs')).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
  const other = await networks.create({ name: 'ours' });
  expect(other.interface).not.toBe(theirs.interface);
  await networks.remove('ours');
  const { rm } = await import('node:fs/promises');
  await rm('/var/lib/cni/networks/theirs', { recursive: true });
});
