import { fileURLToPath } from 'node:url';
import type { Figures, Task } from '../tasks/task.js';
import { Driver } from './driver.js';
import { type Command, sandboxed } from './sandbox.js';

const nodeMain = fileURLToPath(new URL('node-main.ts', import.meta.url));
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Where a driver runs. */
export interface DriverOptions {
  /** In namespaces of its own, with a network namespace at `/run/netns/bench`. @default false */
  readonly sandbox?: boolean;
  /** A driver that no task without this name shares. @default the one that all share */
  readonly apart?: string;
}

/** The drivers of a bench, each started when it is first needed and kept to the end. */
export class DriverPool implements AsyncDisposable {
  readonly #drivers = new Map<string, Driver>();

  /** Has a Node process with a live heap of that size do a task. */
  async node(heapMebibytes: number, task: Task, options?: DriverOptions): Promise<Figures> {
    return await this.#driver(nodeCommand(heapMebibytes), options).perform(task);
  }

  /** Has the Go program at a path do a task. */
  async go(program: string, task: Task, options?: DriverOptions): Promise<Figures> {
    return await this.#driver({ file: program, args: [] }, options).perform(task);
  }

  /** The same by a process that is started for it, with an empty heap. */
  async freshNode(task: Task): Promise<Figures> {
    await using driver = new Driver(nodeCommand(0), projectFolder);
    return await driver.perform(task);
  }

  /** The same for Go. */
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
