import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { CNIConfig, type NetworkConfigList, networkConfFromBytes } from '../../../src/index.js';
import { untilEmpty } from './eventually.js';
import { filesUnder, leases } from './files.js';
import { addedThings, type Inventory, takeInventory } from './inventory.js';
import { linkNames } from './links.js';
import { flushPacketRules } from './packet-rules.js';
import { fixtureDir, pluginDir } from './plugin-dirs.js';
import { Pod } from './pod.js';
import { run } from './run.js';

/** A lab for each test of the file. After each test, nothing may be left of what it did. */
export function useLab(): Lab {
  const lab = new Lab();
  beforeEach(() => lab.open());
  afterEach(() => lab.close());
  return lab;
}

/**
 * The place where one test works: its own folders, pods, and an earlier inventory of the machine.
 * Closing it asserts twice that nothing is left. The first time is before the pods are removed, because a namespace takes
 * its interfaces along and would hide a forgotten DEL; the second time is at the end.
 */
export class Lab {
  #before: Inventory = [];
  #folder = '';
  #pods: Pod[] = [];
  #cleanups: (() => Promise<unknown>)[] = [];
  #cni: CNIConfig | undefined;

  async open(): Promise<void> {
    this.#before = await takeInventory();
    this.#folder = await mkdtemp(join(tmpdir(), 'libcni-test-'));
    this.#cni = new CNIConfig({ path: this.path, cacheDir: this.cacheDir });
  }

  async close(): Promise<void> {
    const forgotten = await this.#findForgotten().finally(() => this.#sweep());
    const remains = await untilEmpty(async () => addedThings(this.#before, await takeInventory()));
    if (remains.length > 0) await flushPacketRules();
    expect([...forgotten, ...remains], 'left behind by the test').toEqual([]);
  }

  /** The library under test. */
  get cni(): CNIConfig {
    if (this.#cni === undefined) throw new Error('the lab is not open');
    return this.#cni;
  }

  /** A folder that is removed with the lab. */
  get folder(): string {
    return this.#folder;
  }

  get cacheDir(): string {
    return join(this.#folder, 'cache');
  }

  /** Where host-local keeps its leases. */
  get dataDir(): string {
    return join(this.#folder, 'leases');
  }

  /** Where to look for plugins. */
  get path(): string[] {
    return [pluginDir, fixtureDir];
  }

  /** A new pod, which is removed with the lab. */
  async pod(): Promise<Pod> {
    const pod = await Pod.create();
    this.#pods.push(pod);
    return pod;
  }

  /** A network's configuration list, parsed by the library. */
  list(name: string, plugins: readonly object[], more: object = {}): NetworkConfigList {
    return networkConfFromBytes(JSON.stringify({ cniVersion: '1.0.0', name, ...more, plugins }));
  }

  /** Runs something when the test is over, before leftovers are counted; the last one first. */
  defer(cleanup: () => Promise<unknown>): void {
    this.#cleanups.unshift(cleanup);
  }

  /** Makes the test the owner of a bridge: the bridge plugin creates it and, on purpose, never removes it. */
  ownBridge(name: string): string {
    this.defer(async () => {
      if ((await linkNames()).includes(name)) await run('ip', 'link', 'delete', name);
    });
    return name;
  }

  /** What the test has left so far, without its pods. */
  async leftovers(): Promise<string[]> {
    const owned = this.#pods.flatMap(({ path }) => [`mount ${path}`, `file ${path}`]);
    const added = addedThings([...this.#before, ...owned], await takeInventory());
    const inPods = await Promise.all(this.#pods.filter(({ path }) => existsSync(path)).map(linksOf));
    const files = [...(await leases(this.dataDir)), ...(await filesUnder(this.cacheDir))];
    return [...added, ...inPods.flat(), ...files.map((file) => `file ${file}`)];
  }

  async #findForgotten(): Promise<string[]> {
    for (const cleanup of this.#cleanups.splice(0)) await cleanup();
    return await untilEmpty(() => this.leftovers());
  }

  async #sweep(): Promise<void> {
    await this.#cni?.[Symbol.asyncDispose]();
    for (const pod of this.#pods.splice(0)) await pod.netns.remove();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function linksOf(pod: Pod): Promise<string[]> {
  return (await pod.addedLinks()).map((name) => `interface ${name} in ${pod.id}`);
}
