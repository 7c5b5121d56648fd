import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Figures, Task } from '../tasks/task.js';
import { type Command, driverEnvironment } from './sandbox.js';

/** A program that runs tasks. It reads a line of JSON for each and writes one. */
export class Driver implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;

  constructor({ file, args }: Command, cwd: string) {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], env: driverEnvironment(), cwd });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** Runs a task and returns its figures. */
  async perform(task: Task): Promise<Figures> {
    this.#child.stdin?.write(`${JSON.stringify(task)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the driver of ${this.#child.spawnfile} ended during ${task.kind}`);
    const answer: Figures & { readonly error?: string } = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(`${task.kind}: ${answer.error}`);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'close');
    this.#lines.close();
  }
}
