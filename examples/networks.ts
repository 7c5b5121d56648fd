// A network as in docker: creates it, connects two containers that find each other by name, and removes it.
// Needs root and the CNI plugins.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIOperator, createNetns, Networks } from 'libcni';

const folder = await mkdtemp(join(tmpdir(), 'libcni-example-'));
const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const operator = await CNIOperator.create({ confDir: join(folder, 'net.d'), cacheDir: folder, binDirs });
const networks = await Networks.open({ operator });
const [front, back] = [await createNetns(), await createNetns()];
try {
  const web = await networks.create({ name: 'web', ipv6: true, labels: { team: 'a' } });
  console.log(web.name, web.interface, web.subnets);

  await networks.connect({ network: 'web', id: 'front', netns: front.path });
  // A free host port is chosen for port 80 of the container.
  const made = await networks.connect({
    network: 'web',
    id: 'back',
    netns: back.path,
    aliases: ['db'],
    ports: ['80'],
  });
  console.log(made.addresses, made.ports);
  console.log(await readFile(made.hostsFile, 'utf8'));
  console.log((await front.exec('ping', ['-c1', '-w8', made.ipv4[0] ?? ''])).stdout);

  const { containers } = await networks.inspect('web');
  console.log(containers.map(({ id, addresses, names }) => ({ id, addresses, names })));

  // This is refused: it still has containers.
  await networks.remove('web').catch((error) => console.log(error.message));
  await networks.disconnect({ network: 'web', id: 'front' });
} finally {
  await networks.remove('web', { force: true });
  await Promise.all([front.remove(), back.remove()]);
  await operator[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}
