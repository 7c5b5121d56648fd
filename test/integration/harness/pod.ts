import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createNetns, type Netns, type RuntimeConf } from '../../../src/index.js';
import { linkNames } from './links.js';
import { runIn } from './run.js';

/** A container as far as networking goes: an id and a namespace. */
export class Pod {
  readonly id: string;
  readonly netns: Netns;
  readonly #linksAtFirst: readonly string[];

  private constructor(id: string, netns: Netns, linksAtFirst: readonly string[]) {
    this.id = id;
    this.netns = netns;
    this.#linksAtFirst = linksAtFirst;
  }

  static async create(): Promise<Pod> {
    const id = `pod-${randomBytes(6).toString('hex')}`;
    // The folder's real name, which is the one that the kernel lists mounts by.
    const netns = await createNetns({ name: id, dir: await realpath('/var/run/netns') });
    return new Pod(id, netns, await linkNames(netns.path));
  }

  /** The path of its namespace. */
  get path(): string {
    return this.netns.path;
  }

  /** What the library is told about it. */
  attachment(more: Partial<RuntimeConf> = {}): RuntimeConf {
    return { containerId: this.id, netns: this.path, ifName: 'eth0', ...more };
  }

  /** Runs a program of the system in its namespace and gives what it printed. */
  run(file: string, ...args: string[]): Promise<string> {
    return runIn(this.path, file, ...args);
  }

  /** Interfaces that were not there when the namespace was made. */
  async addedLinks(): Promise<string[]> {
    return (await linkNames(this.path)).filter((name) => !this.#linksAtFirst.includes(name));
  }
}
