import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../harness/eventually.js';
import type { Lab } from '../../harness/lab.js';
import { run } from '../../harness/run.js';
import { type BundleChoices, makeBundle } from './bundle.js';

export type RuntimeName = 'runc' | 'crun';

/** How a runtime ended, and what it and its hooks printed. */
export interface RuntimeOutcome {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A container of a real runtime. Its leftovers are removed with the lab. */
export class Container {
  readonly id: string;
  readonly bundle: string;
  readonly #lab: Lab;
  readonly #runtime: RuntimeName;

  private constructor(lab: Lab, runtime: RuntimeName, id: string, bundle: string) {
    this.#lab = lab;
    this.#runtime = runtime;
    this.id = id;
    this.bundle = bundle;
  }

  static async prepare(lab: Lab, runtime: RuntimeName, choices: BundleChoices = {}): Promise<Container> {
    const id = `hook-${randomBytes(5).toString('hex')}`;
    const container = new Container(lab, runtime, id, await makeBundle(lab, id, choices));
    lab.defer(() => container.delete());
    return container;
  }

  /** Creates and starts it. */
  async run(): Promise<RuntimeOutcome> {
    return await this.#call('run', '--detach', '--bundle', this.bundle, this.id);
  }

  /** Ends and deletes it, including its poststop hooks. */
  async delete(): Promise<RuntimeOutcome> {
    return await this.#call('delete', '--force', this.id);
  }

  /** Its state, as JSON. */
  async state(): Promise<string> {
    return await run(this.#runtime, '--root', this.#root, 'state', this.id);
  }

  /** Runs a shell command in it and returns its output. */
  async sh(command: string): Promise<string> {
    return await run(this.#runtime, '--root', this.#root, 'exec', this.id, '/bin/sh', '-c', command);
  }

  /** The IPv4 address of eth0 when its process started, without prefix. */
  async addressAtStart(): Promise<string> {
    const file = join(this.bundle, 'rootfs/address');
    const read = () => readFile(file, 'utf8').catch(() => '');
    await until(async () => (await read()) !== '');
    const [, address = ''] = / inet ([\d.]+)\//.exec(await read()) ?? [];
    return address;
  }

  get #root(): string {
    return join(this.#lab.folder, this.#runtime);
  }

  /** Uses a file, since the container keeps inherited pipes open. */
  async #call(...args: string[]): Promise<RuntimeOutcome> {
    const file = join(this.#lab.folder, `output-${this.id}-${randomBytes(4).toString('hex')}`);
    const output = await open(file, 'a');
    try {
      const child = spawn(this.#runtime, ['--root', this.#root, ...args], {
        stdio: ['ignore', output.fd, output.fd],
      });
      const exitCode = await new Promise<number | null>((settle, reject) => {
        child.once('error', reject);
        child.once('exit', settle);
      });
      return { exitCode, output: await readFile(file, 'utf8') };
    } finally {
      await output.close();
    }
  }
}
