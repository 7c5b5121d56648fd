import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from './inherited-environment.js';
import type { Answer, Request } from './protocol.js';

const program = fileURLToPath(new URL('../oracle/build/oracle', import.meta.url));

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Go libcni as a separate process that answers any number of requests at a time. */
export class Oracle implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor() {
    const env = { ...process.env, ...inheritedEnvironment };
    this.#process = spawn(program, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#settle(line));
    this.#ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#fail(new Error(`the oracle ended: ${reason}`));
        resolve();
      };
      this.#process.once('close', (code, signal) => end(String(signal ?? code)));
      this.#process.once('error', (error) => end(error.message));
    });
  }

  ask(request: Request): Promise<Answer> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.stdin.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  #settle(line: string): void {
    const { id, ...answer }: Answer & { id: number } = JSON.parse(line);
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
