import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nameServerDir } from '../../../scripts/setup/name-server.mjs';
import type { Networks } from '../../../src/index.js';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { pluginDir } from '../harness/plugin-dirs.js';
import type { Pod } from '../harness/pod.js';
import { processesFrom } from '../harness/processes.js';
import { run } from '../harness/run.js';
import { confDir, createOperator } from '../operator/harness/operators.js';
import { openNetworks } from './harness/networks.js';

const lab = useLab();
const serverFiles = '/run/containers/cni/dnsname';

async function openNaming(): Promise<Networks> {
  const operator = await createOperator(lab, { binDirs: [pluginDir, nameServerDir] });
  return await openNetworks(lab, { operator });
}

/** Puts a container on the network `web`, with a resolv.conf of its own. */
async function connected(networks: Networks, name: string, aliases: readonly string[] = []) {
  const pod = await lab.pod();
  const resolvConf = join(lab.folder, `${name}-resolv.conf`);
  await writeFile(resolvConf, '');
  const made = await networks.connect({
    network: 'web',
    id: pod.id,
    netns: pod.path,
    name,
    aliases,
    resolvConf,
  });
  return { pod, made, resolvConf };
}

/** The addresses that a name server has for a name. */
async function lookUp(pod: Pod, name: string, server: string): Promise<string[]> {
  const said = await pod.run('busybox', 'nslookup', '-type=a', name, server).catch(() => '');
  return [...said.matchAll(/^Address: ([\d.]+)$/gm)].map(([, address = '']) => address);
}

async function nameServers(): Promise<string[]> {
  return (await processesFrom(['/usr/sbin', '/usr/bin'])).filter((line) => line.endsWith('/dnsmasq'));
}

it('answers for names and aliases on the gateway, and leaves no server behind', async () => {
  const networks = await openNaming();
  const network = await networks.create({ name: 'web' });
  // A test that fails leaves no name server running.
  lab.defer(() => networks.remove('web', { force: true }).catch(() => undefined));
  expect(network).toMatchObject({ dns: true, plugins: ['bridge', 'portmap', 'firewall', 'dnsname'] });
  const gateway = network.subnets[0]?.gateway ?? '';
  const front = await connected(networks, 'front');
  const back = await connected(networks, 'back', ['db', 'store']);

  for (const name of ['back', 'db', 'store', 'back.dns.isulad'])
    await until(async () => (await lookUp(front.pod, name, gateway)).includes(back.made.ipv4[0] ?? ''));
  expect(await lookUp(back.pod, 'front', gateway)).toEqual(front.made.ipv4);
  expect(await lookUp(front.pod, 'nobody', gateway)).toEqual([]);

  expect(await nameServers()).toHaveLength(1);
  expect(await readFile(front.resolvConf, 'utf8')).toContain(`nameserver ${gateway}`);
  const script = `mount --bind ${front.resolvConf} /etc/resolv.conf && exec nsenter --net=${front.pod.path} ping -n -c1 -w8 db`;
  expect(await run('unshare', '--mount', 'sh', '-c', script)).toContain(back.made.ipv4[0]);

  await networks.disconnect({ network: 'web', id: back.pod.id });
  await until(async () => (await lookUp(front.pod, 'db', gateway)).length === 0);
  expect(await lookUp(front.pod, 'front', gateway)).toEqual(front.made.ipv4);
  await networks.disconnect({ network: 'web', id: front.pod.id });
  expect(await readFile(front.resolvConf, 'utf8')).not.toContain(gateway);
  await until(async () => (await nameServers()).length === 0);
  await networks.remove('web');
  expect(await lab.leftovers()).toEqual([]);
  expect(await readdir(confDir(lab))).toEqual([]);
  expect(await readdir(serverFiles)).toEqual([]);
});
