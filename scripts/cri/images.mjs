import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';

const serve = (port) => ['/bin/sh', '-c', `echo httpd serves port ${port}; exec httpd -f -p ${port} -h /www`];
const goArch = { x64: 'amd64', arm64: 'arm64' }[arch()];
const registry = 'gcr.io/k8s-staging-cri-tools';

/** The images that critest needs, all with one root file system, and the command of each. */
const index = [
  { name: 'registry.k8s.io/e2e-test-images/busybox:1.29-2', args: ['/bin/sh'] },
  { name: 'registry.k8s.io/e2e-test-images/httpd:2.4.39-4', args: serve(80) },
  { name: 'registry.k8s.io/e2e-test-images/nginx:1.14-2', args: serve(80) },
  { name: `${registry}/hostnet-nginx-${goArch}:latest`, args: serve(12_003) },
  { name: 'example/web:latest', args: serve(80) },
];

/**
 * Makes images for the server: a statically linked busybox with all its commands, and a page for its web server.
 *
 * @param {string} folder
 */
export async function makeImages(folder) {
  const rootfs = join(folder, 'busybox');
  for (const name of ['bin', 'dev', 'etc', 'proc', 'sys', 'tmp', 'var', 'www'])
    await mkdir(join(rootfs, name), { recursive: true });
  const busybox = join(rootfs, 'bin/busybox');
  await copyFile(findProgram('busybox'), busybox);
  await chmod(busybox, 0o755);
  execFileSync('chroot', [rootfs, '/bin/busybox', '--install', '-s', '/bin']);
  for (const name of ['hosts', 'resolv.conf', 'hostname']) await writeFile(join(rootfs, 'etc', name), '');
  await writeFile(join(rootfs, 'www/index.html'), 'hello from the pod\n');
  const images = index.map((image) => ({ ...image, rootfs: 'busybox' }));
  await writeFile(join(folder, 'index.json'), JSON.stringify(images));
}
