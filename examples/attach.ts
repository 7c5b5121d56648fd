// Attaches a pod to the default network of a configuration folder, with an operator. Needs root and the CNI plugins.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { CNIOperator, createNetns } from 'libcni';

await using netns = await createNetns();
const folder = await mkdtemp('/tmp/libcni-example-');
const plugins = [{ type: 'ptp', ipam: { type: 'host-local', dataDir: folder, subnet: '10.89.0.0/24' } }];
await writeFile(`${folder}/pods.conflist`, JSON.stringify({ cniVersion: '1.0.0', name: 'pods', plugins }));
const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
await using operator = await CNIOperator.create({ confDir: folder, binDirs, cacheDir: `${folder}/cache` });
try {
  const { networks } = await operator.attach({ id: 'attach', netns: netns.path });
  for (const { name, ifName, addresses } of networks) console.log(`${name}: ${ifName} has ${addresses}`);
  const [checked] = await operator.check({ id: 'attach' });
  assert.equal(checked?.outcome, 'ok', checked?.error);
} finally {
  await operator.detach({ id: 'attach' });
  await rm(folder, { recursive: true });
}
