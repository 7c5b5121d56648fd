import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeImages } from './images.mjs';
import { writeNetworks } from './networks.mjs';
import { PAUSE, packImages } from './oci-images.mjs';
import { StartedServer } from './started-server.mjs';

/** Plugins of containerd that are not needed, or that the machine may not support. */
const WITHOUT = ['aufs', 'btrfs', 'devmapper', 'zfs'].map((name) => `io.containerd.snapshotter.v1.${name}`);

/** Debian's containerd, with the images and networks of the example server. */
export class ContainerdServer {
  #server;

  /** @param {{ folder: string }} where */
  constructor({ folder }) {
    this.folder = folder;
    this.socket = join(folder, 'containerd.sock');
  }

  get pid() {
    return this.#server.pid;
  }

  /** Makes images and networks. */
  async prepare() {
    const confDir = await writeNetworks(this.folder);
    const images = join(this.folder, 'images');
    await mkdir(images, { recursive: true });
    await makeImages(images);
    await packImages(images, join(this.folder, 'images.tar'));
    await writeFile(join(this.folder, 'containerd.toml'), this.#config(confDir));
  }

  /** Resolves when it listens and has its images. */
  async start() {
    const command = ['containerd', '--config', join(this.folder, 'containerd.toml')];
    this.#server = await StartedServer.start({ command, sign: 'successfully booted', log: () => {} });
    const ctr = ['--address', this.socket, '--namespace', 'k8s.io', 'images', 'import'];
    execFileSync('ctr', [...ctr, join(this.folder, 'images.tar')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    await this.#server?.end(signal);
  }

  /** It is not permitted to give its pods a lower `oom_score_adj` than it has itself. */
  #config(confDir) {
    const text = (value) => JSON.stringify(value);
    const binDir = process.env.CNI_PATH || '/usr/lib/cni';
    return `version = 2
root = ${text(join(this.folder, 'root'))}
state = ${text(join(this.folder, 'state'))}
disabled_plugins = ${text([...WITHOUT, 'io.containerd.internal.v1.opt'])}
[grpc]
address = ${text(this.socket)}
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = ${text(PAUSE)}
restrict_oom_score_adj = true
disable_apparmor = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = ${text(binDir)}
conf_dir = ${text(confDir)}
`;
  }
}
