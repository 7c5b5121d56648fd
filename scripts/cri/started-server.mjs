import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server in a separate process. */
export class StartedServer {
  #child;

  /**
   * Resolves when it listens.
   *
   * @param {{ command: readonly string[], sign: string, log?: (text: string) => void }} how `sign` is what it prints
   *   to stderr when it listens; `log` gets its stderr from then on
   */
  static async start({ command: [file, ...args], sign, log = (text) => process.stderr.write(text) }) {
    const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8');
    await new Promise((resolve, reject) => {
      child.stderr.on('data', (chunk) => {
        said += chunk;
        if (said.includes(sign)) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`the server exited while it started:\n${said}`)));
    });
    child.stderr.removeAllListeners('data').on('data', log);
    const server = new StartedServer();
    server.#child = child;
    return server;
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
