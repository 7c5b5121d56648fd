import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeImages } from './images.mjs';
import { writeNetworks } from './networks.mjs';
import { StartedServer } from './started-server.mjs';

const main = fileURLToPath(new URL('../../examples/cri-server/main.ts', import.meta.url));
const loader = import.meta.resolve('tsx');

/** The example server, in a folder with everything that it needs. */
export class CriServer {
  #server;

  /**
   * @param {{ folder: string, proto: string, program?: readonly string[] }} where `program` is the command that starts the
   *   example. @default run its sources
   */
  constructor({ folder, proto, program = [process.execPath, '--import', loader, main] }) {
    this.program = program;
    this.folder = folder;
    this.socket = join(folder, 'cri.sock');
    this.proto = proto;
  }

  get pid() {
    return this.#server.pid;
  }

  /** Makes images and networks. */
  async prepare() {
    await writeNetworks(this.folder);
    await makeImages(join(this.folder, 'images'));
  }

  /** Resolves when the server listens. */
  async start() {
    const { folder, proto, socket } = this;
    const places = { proto, socket, state: join(folder, 'state'), run: join(folder, 'run') };
    const sources = { images: join(folder, 'images'), networks: join(folder, 'net.d') };
    const options = Object.entries({ ...places, ...sources }).flatMap(([name, value]) => [
      `--${name}`,
      value,
    ]);
    const command = [...this.program, ...options];
    if (process.env.CNI_PATH) command.push('--plugins', process.env.CNI_PATH);
    this.#server = await StartedServer.start({ command, sign: 'listening on' });
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    await this.#server?.end(signal);
  }
}
