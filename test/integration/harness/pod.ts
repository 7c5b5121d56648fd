import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createNetns, type Netns, type RuntimeConf } from '../../../src/index.js';
import { linkNames } from './links.js';
import { runIn } from './run.js';

/** What networking needs of a container: an id and a namespace. */
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
    // The folder's real path, which the kernel uses in its list of mounts.
    const netns = await createNetns({ name: id, dir: await realpath('/var/run/netns') });
    return new Pod(id, netns, await linkNames(netns.path));
  }

  /** The path of its namespace. */
  get path(): string {
    return this.netns.path;
  }

  /** The arguments for the library. */
  attachment(more: Partial<RuntimeConf> = {}): RuntimeConf {
    return { containerId: this.id, netns: this.path, ifName: 'eth0', ...more };
  }

  /** Runs a system program in its namespace and returns its output. */
  run(file: string, ...args: string[]): Promise<string> {
    return runIn(this.path, file, ...args);
  }

  /** Interfaces that did not exist when the namespace was made. */
  async addedLinks(): Promise<string[]> {
    return (await linkNames(this.path)).filter((name) => !this.#linksAtFirst.includes(name));
  }
}
