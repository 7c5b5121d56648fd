// The smallest complete program: attaches a namespace to a network and removes both. Needs root and the CNI plugins.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIConfig, createNetns, networkConf } from 'libcni';

const folder = await mkdtemp(join(tmpdir(), 'libcni-example-'));
const ipam = { type: 'host-local', dataDir: folder, subnet: '10.87.0.0/24' };
const network = networkConf({ cniVersion: '1.0.0', name: 'pairs', plugins: [{ type: 'ptp', ipam }] });
const path = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const cni = new CNIConfig({ path, cacheDir: folder });
const netns = await createNetns();
const rt = { containerId: 'attach-detach', netns: netns.path, ifName: 'eth0' };
try {
  console.log(await cni.addNetworkList(network, rt));
  console.log((await netns.exec('ip', ['-brief', 'address'])).stdout);
} finally {
  await cni.delNetworkList(network, rt);
  await netns.remove();
  await rm(folder, { recursive: true });
}
