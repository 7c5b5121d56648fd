import { fileURLToPath } from 'node:url';
import type { Figures, Task } from '../tasks/task.js';
import { Driver } from './driver.js';
import { type Command, sandboxed } from './sandbox.js';

const nodeMain = fileURLToPath(new URL('node-main.ts', import.meta.url));
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Where a driver runs. */
export interface DriverOptions {
  /** Whether it runs in its own namespaces, with a network namespace at `/run/netns/bench`. @default false */
  readonly sandbox?: boolean;
  /** The name of a separate driver, shared only by tasks with this name. @default the shared driver */
  readonly apart?: string;
}

/** The drivers of a bench. Each starts when it is first needed and runs to the end. */
export class DriverPool implements AsyncDisposable {
  readonly #drivers = new Map<string, Driver>();

  /** Runs a task in a Node process with a live heap of that size. */
  async node(heapMebibytes: number, task: Task, options?: DriverOptions): Promise<Figures> {
    return await this.#driver(nodeCommand(heapMebibytes), options).perform(task);
  }

  /** Runs a task in the Go program at a path. */
  async go(program: string, task: Task, options?: DriverOptions): Promise<Figures> {
    return await this.#driver({ file: program, args: [] }, options).perform(task);
  }

  /** Runs a task in a fresh Node process with an empty heap. */
  async freshNode(task: Task): Promise<Figures> {
    await using driver = new Driver(nodeCommand(0), projectFolder);
    return await driver.perform(task);
  }

  /** Runs a task in a fresh Go process. */
  async freshGo(program: string, task: Task): Promise<Figures> {
    await using driver = new Driver({ file: program, args: [] }, projectFolder);
    return await driver.perform(task);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#drivers.values()].map((driver) => driver[Symbol.asyncDispose]()));
    this.#drivers.clear();
  }

  #driver(command: Command, { sandbox = false, apart }: DriverOptions = {}): Driver {
    const wanted = sandbox ? sandboxed(command) : command;
    const key = JSON.stringify([wanted, apart]);
    const driver = this.#drivers.get(key) ?? new Driver(wanted, projectFolder);
    this.#drivers.set(key, driver);
    return driver;
  }
}

function nodeCommand(heapMebibytes: number): Command {
  const heapLimit = `--max-old-space-size=${heapMebibytes * 2 + 1024}`;
  return {
    file: process.execPath,
    args: [heapLimit, '--import', 'tsx', nodeMain, String(heapMebibytes)],
  };
}
