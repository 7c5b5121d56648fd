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

/** A lab for each test of the file; after each, nothing may be left of what the test did. */
export function useLab(): Lab {
  const lab = new Lab();
  beforeEach(() => lab.open());
  afterEach(() => lab.close());
  return lab;
}

/**
 * Where one test works: folders of its own, pods, and an inventory of the machine from before.
 * Closing it asserts twice that nothing is left: before the pods go, because a namespace takes its interfaces
 * along and would hide a forgotten DEL, and after everything is gone.
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

  /** A folder that goes with the lab. */
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

  /** Where plugins are looked for. */
  get path(): string[] {
    return [pluginDir, fixtureDir];
  }

  /** A new pod; it goes with the lab. */
  async pod(): Promise<Pod> {
    const pod = await Pod.create();
    this.#pods.push(pod);
    return pod;
  }

  /** A network's configuration list, read by the library from text. */
  list(name: string, plugins: readonly object[], more: object = {}): NetworkConfigList {
    return networkConfFromBytes(JSON.stringify({ cniVersion: '1.0.0', name, ...more, plugins }));
  }

  /** Something to do when the test is over, before leftovers are counted. The last one comes first. */
  defer(cleanup: () => Promise<unknown>): void {
    this.#cleanups.unshift(cleanup);
  }

  /** Says that the test owns a bridge: the bridge plugin makes it and, on purpose, never removes it. */
  ownBridge(name: string): string {
    this.defer(async () => {
      if ((await linkNames()).includes(name)) await run('ip', 'link', 'delete', name);
    });
    return name;
  }

  /** What the test has left so far, its pods not counted. */
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
