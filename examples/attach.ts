// A pod attached by the operator to the default network of a configuration folder. Needs root and the CNI plugins.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIOperator, createNetns } from 'libcni';

const folder = await mkdtemp(join(tmpdir(), 'libcni-example-'));
const ipam = { type: 'host-local', dataDir: folder, ranges: [[{ subnet: '10.89.0.0/24' }]] };
const plugins = [{ type: 'ptp', ipam }, { type: 'firewall' }];
await writeFile(
  join(folder, '10-pods.conflist'),
  JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins }),
);

const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
await using operator = await CNIOperator.create({
  confDir: folder,
  binDirs,
  cacheDir: join(folder, 'cache'),
});
await operator.recover(); // takes down what an earlier run may have left half-done
await using netns = await createNetns();
const { networks } = await operator.attach({ id: 'attach', netns: netns.path });
for (const { name, ifName, addresses } of networks) console.log(`${name}: ${ifName} has ${addresses}`);
for (const { name, outcome } of await operator.check({ id: 'attach' })) console.log(`${name}: ${outcome}`);
await operator.detach({ id: 'attach' });
await rm(folder, { recursive: true });
