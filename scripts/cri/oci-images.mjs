import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';

/** The image of the process that keeps the namespaces of a pod, as in the example server. */
export const PAUSE = 'example/pause:latest';

const goArch = { x64: 'amd64', arm64: 'arm64' }[arch()];
const media = 'application/vnd.oci.image';

/**
 * Packs a folder of images as one archive (OCI image layout), which other runtimes can import.
 *
 * @param {string} folder with `index.json`, and a root file system for all
 * @param {string} archive
 */
export async function packImages(folder, archive) {
  const layout = `${archive}.d`;
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const images = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
  const layer = await packLayer(join(folder, 'busybox'), blobs);
  const pause = { name: PAUSE, args: ['/bin/sh', '-c', 'while sleep 86400; do :; done'] };
  const manifests = [];
  for (const image of [...images, pause]) manifests.push(await writeImage(image, layer, blobs));
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  execFileSync('tar', ['--create', '--file', archive, '--directory', layout, '.']);
}

async function packLayer(rootfs, blobs) {
  const file = join(blobs, 'layer');
  execFileSync('tar', ['--create', '--file', file, '--directory', rootfs, '.']);
  const bytes = await readFile(file);
  const layer = descriptor('layer.v1.tar', bytes);
  await rename(file, join(blobs, hexOf(layer)));
  return layer;
}

async function writeImage({ name, args }, layer, blobs) {
  const config = await writeBlob(blobs, 'config.v1+json', {
    architecture: goArch,
    os: 'linux',
    config: { Cmd: args, Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = { schemaVersion: 2, mediaType: `${media}.manifest.v1+json`, config, layers: [layer] };
  const annotations = { 'io.containerd.image.name': fullName(name) };
  return { ...(await writeBlob(blobs, 'manifest.v1+json', manifest)), annotations };
}

/** The full form of a Docker Hub name. */
function fullName(name) {
  return name.split('/')[0].includes('.') ? name : `docker.io/${name}`;
}

async function writeBlob(blobs, type, value) {
  const bytes = Buffer.from(JSON.stringify(value));
  const blob = descriptor(type, bytes);
  await writeFile(join(blobs, hexOf(blob)), bytes);
  return blob;
}

function descriptor(type, bytes) {
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return { mediaType: `${media}.${type}`, digest, size: bytes.length };
}

function hexOf({ digest }) {
  return digest.replace('sha256:', '');
}
