// A CRI server: the sandbox layer of the library runs pods, runc and conmon run containers. `docs/cri.md` has the results of
// crictl and critest. Needs root, the CNI plugins, runc, conmon, busybox-static, and api.proto of k8s.io/cri-api.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CNIOperator, PodSandboxManager, runcRuntime } from 'libcni';
import { Containers } from './containers.js';
import { imageService } from './image-service.js';
import { Images } from './images.js';
import { runtimeService } from './runtime-service.js';
import { serve } from './serve.js';

const { values: given } = parseArgs({
  options: {
    proto: { type: 'string', default: 'api.proto' },
    socket: { type: 'string', default: '/run/cri-server.sock' },
    state: { type: 'string', default: '/var/lib/cri-server' },
    run: { type: 'string', default: '/run/cri-server' },
    images: { type: 'string', default: '/usr/share/cri-server/images' },
    networks: { type: 'string', default: '/etc/cni/net.d' },
    plugins: { type: 'string', default: '/opt/cni/bin:/usr/lib/cni' },
  },
});

const { state } = given;
await mkdir(state, { recursive: true, mode: 0o700 });
const images = new Images({ source: given.images, state: join(state, 'images') });
const operator = await CNIOperator.create({
  confDir: given.networks,
  binDirs: given.plugins.split(':'),
  cacheDir: join(state, 'cni'),
});

// The process that keeps the namespaces of a pod. A waiting shell also reaps the orphans of other containers.
const root = join(given.run, 'runc');
const args = ['/bin/sh', '-c', 'while sleep 86400; do :; done'];
const pause = runcRuntime({ rootfs: join(given.images, 'busybox'), args, root });
const pods = await PodSandboxManager.create({
  operator,
  stateDir: join(state, 'pods'),
  runtimes: { '': pause, runc: pause },
});
pods.on('warning', ({ id, message }) => console.error(`${id}: ${message}`));

const { healthy, undone, finished, failed } = await pods.restore({ removeOrphans: true });
console.error(`restored: ${healthy.length} healthy pods, ${undone.length + finished.length} cleaned up`);
for (const { id, error } of failed) console.error(`${id}: ${error.message}`);

const containers = new Containers({ state: join(state, 'containers'), root });
await containers.removeHalfMade();
const services = {
  RuntimeService: runtimeService({ operator, pods, containers, images }),
  ImageService: imageService(images, state),
};
const close = await serve({ proto: given.proto, socket: given.socket, services });
console.error(`listening on ${given.socket}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, async () => {
    await close();
    await operator[Symbol.asyncDispose]();
  });
