import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeImages } from './images.mjs';

const main = fileURLToPath(new URL('../../examples/cri-server/main.ts', import.meta.url));
const loader = import.meta.resolve('tsx');

/** The networks of the server: one that every pod is on, and one that a pod may ask for. */
function networks(folder) {
  const ipam = (subnet, more) => ({
    type: 'host-local',
    dataDir: join(folder, 'ipam'),
    ranges: [[{ subnet }]],
    ...more,
  });
  const plugins = [
    { type: 'bridge', bridge: 'cri0', isGateway: true, ipMasq: true, hairpinMode: true },
    { type: 'portmap', capabilities: { portMappings: true } },
    { type: 'firewall' },
  ];
  plugins[0].ipam = ipam('10.98.0.0/16', { routes: [{ dst: '0.0.0.0/0' }] });
  const side = [{ type: 'bridge', bridge: 'cri1', ipam: ipam('10.97.0.0/16') }];
  return [
    { cniVersion: '1.0.0', name: 'pods', plugins },
    { cniVersion: '1.0.0', name: 'side', plugins: side },
  ];
}

/** The server of the example, in a folder with all that it needs. */
export class CriServer {
  #child;

  /** @param {{ folder: string, proto: string }} where */
  constructor({ folder, proto }) {
    this.folder = folder;
    this.socket = join(folder, 'cri.sock');
    this.proto = proto;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Makes images and networks. */
  async prepare() {
    const netDir = join(this.folder, 'net.d');
    await mkdir(netDir, { recursive: true });
    for (const [index, network] of networks(this.folder).entries())
      await writeFile(join(netDir, `${index}-${network.name}.conflist`), JSON.stringify(network));
    await makeImages(join(this.folder, 'images'));
  }

  /** Returns once it listens. */
  async start() {
    const { folder, proto, socket } = this;
    const places = { proto, socket, state: join(folder, 'state'), run: join(folder, 'run') };
    const sources = { images: join(folder, 'images'), networks: join(folder, 'net.d') };
    const options = Object.entries({ ...places, ...sources }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]);
    const command = ['--import', loader, main, ...options];
    if (process.env.CNI_PATH) command.push('--plugins', process.env.CNI_PATH);
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stderr.setEncoding('utf8');
    await new Promise((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        said += chunk;
        if (said.includes('listening on')) resolve();
      });
      child.once('exit', () => reject(new Error(`the server ended at its start:\n${said}`)));
    });
    child.stderr.on('data', (chunk) => process.stderr.write(chunk));
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    if (this.#child === undefined || this.#child.exitCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
