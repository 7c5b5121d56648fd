// Settings of a Kubernetes pod in annotations: limits, host ports, a second network that provides the default route.
// Needs root and the CNI plugins.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  bandwidth,
  CNIOperator,
  createNetns,
  LibcniError,
  NETWORK_STATUS_ANNOTATION,
  NETWORKS_ANNOTATION,
  networkStatus,
  portMapping,
} from 'libcni';

const folder = await mkdtemp(join(tmpdir(), 'libcni-example-'));
await configure('10-pods', [
  { type: 'ptp', ipam: range('10.90.0.0/24', [{ dst: '0.0.0.0/0' }]) },
  { type: 'portmap', capabilities: { portMappings: true } },
]);
await configure('20-storage', [{ type: 'ptp', ipam: range('10.91.0.0/24') }]);
const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const operator = await CNIOperator.create({ confDir: folder, binDirs, cacheDir: join(folder, 'cache') });
const netns = await createNetns();
const pod = { id: 'annotations', netns: netns.path };
const labels = { 'io.kubernetes.pod.namespace': 'shop', 'io.kubernetes.pod.name': 'web-0' };

try {
  // Builders check their arguments, and say what is wrong.
  const annotations = {
    portMappings: JSON.stringify([portMapping('8080:80/tcp')]),
    bandwidth: JSON.stringify(bandwidth({ ingress: '10Mbit', egress: '5Mbit' })),
    [NETWORKS_ANNOTATION]: JSON.stringify([
      { name: 'storage', interface: 'data0', 'default-route': ['10.91.0.1'] },
    ]),
  };
  console.log('annotations of the pod:', annotations);
  const attached = await operator.attach({ ...pod, labels, annotations });
  console.log('warnings:', attached.warnings);
  assert.deepEqual(attached.warnings, ['no plugin of network pods declares bandwidth']);
  console.log(`${NETWORK_STATUS_ANNOTATION}:`, JSON.parse(networkStatus(attached)));
  const { stdout: routes } = await netns.exec('ip', ['route', 'show', 'default']);
  console.log(`default route: ${routes}`);
  assert.match(routes, /via 10\.91\.0\.1 dev data0/);
  await operator.detach({ id: pod.id });

  const wrong = { portMappings: '[{"hostPort":80800,"containerPort":80}]' };
  const error = await operator.attach({ ...pod, annotations: wrong }).catch((reason: unknown) => reason);
  assert.ok(error instanceof LibcniError && error.code === 'ERR_ANNOTATION');
  console.log(`refused before any plugin ran: ${error.message}`);
} finally {
  await operator.detach({ id: pod.id });
  await operator[Symbol.asyncDispose]();
  await netns.remove();
  await rm(folder, { recursive: true });
}

function range(subnet: string, routes: object[] = []): object {
  return { type: 'host-local', dataDir: folder, ranges: [[{ subnet }]], routes };
}

async function configure(file: string, plugins: object[]): Promise<void> {
  const content = { cniVersion: '1.0.0', name: file.slice(3), plugins };
  await writeFile(join(folder, `${file}.conflist`), JSON.stringify(content));
}
