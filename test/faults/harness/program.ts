import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../../integration/harness/eventually.js';

const folder = fileURLToPath(new URL('../../fixtures/faults/', import.meta.url));

/** A program that uses the compiled library, and communicates by lines of text. */
export class Program implements AsyncDisposable {
  /** The lines that it has printed so far. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #errors = '';

  /** Starts it with its settings as one argument. */
  constructor(name: string, settings: object, env: Readonly<Record<string, string>> = {}) {
    const args = [`${folder}${name}`, JSON.stringify(settings)];
    this.#child = spawn(process.execPath, args, { stdio: 'pipe', env: { ...process.env, ...env } });
    this.#closed = once(this.#child, 'exit');
    this.#readLines();
    // The program may have ended, and no longer read.
    this.#child.stdin?.on('error', () => {});
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
  }

  /** Whether it still runs. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits for a line. Throws if the program ends without it. */
  async says(line: string): Promise<void> {
    await until(() => this.lines.includes(line) || !this.isRunning, 60_000);
    if (!this.lines.includes(line)) throw new Error(`ended before it said ${line}: ${this.#errors}`);
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Waits until it ends by itself. Throws if it failed. */
  async succeeds(): Promise<void> {
    await this.#closed;
    if (this.#child.exitCode !== 0) throw new Error(`exit code ${this.#child.exitCode}: ${this.#errors}`);
  }

  /** Kills it. Throws if it had ended by itself. */
  async kill(): Promise<void> {
    if (!this.isRunning) throw new Error(`ended before it was killed: ${this.#errors}`);
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isRunning) await this.kill();
  }

  #readLines(): void {
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts);
    });
  }
}
