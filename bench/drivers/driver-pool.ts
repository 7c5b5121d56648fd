import { fileURLToPath } from 'node:url';
import type { Figures, Task } from '../tasks/task.js';
import { Driver } from './driver.js';

const nodeMain = fileURLToPath(new URL('node-main.ts', import.meta.url));
const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The drivers of a bench, each started when it is first needed and kept to the end. */
export class DriverPool implements AsyncDisposable {
  readonly #drivers = new Map<string, Driver>();

  /** Has a Node process with a live heap of that size do a task. */
  async node(heapMebibytes: number, task: Task): Promise<Figures> {
    const driver = this.#driver(`node ${heapMebibytes}`, () => startNode(heapMebibytes));
    return await driver.perform(task);
  }

  /** Has the Go program at a path do a task. */
  async go(program: string, task: Task): Promise<Figures> {
    return await this.#driver(program, () => new Driver(program, [], projectFolder)).perform(task);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#drivers.values()].map((driver) => driver[Symbol.asyncDispose]()));
    this.#drivers.clear();
  }

  #driver(key: string, start: () => Driver): Driver {
    const driver = this.#drivers.get(key) ?? start();
    this.#drivers.set(key, driver);
    return driver;
  }
}

function startNode(heapMebibytes: number): Driver {
  const heapLimit = `--max-old-space-size=${heapMebibytes * 2 + 1024}`;
  const args = [heapLimit, '--import', 'tsx', nodeMain, String(heapMebibytes)];
  return new Driver(process.execPath, args, projectFolder);
}
