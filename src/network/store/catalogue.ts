import { lstatSync, type Stats } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { hasCode } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import { loadFile } from '../../operator/index.js';
import type { NetworkDriver } from '../drivers/driver.js';
import type { NetworkSummary } from '../network.js';
import { type LoadedNetwork, readNetwork } from './read-network.js';

/** A network with its configuration. */
export interface CatalogueEntry {
  readonly loaded: LoadedNetwork;
  readonly summary: NetworkSummary;
}

/** A file that is not a usable network. It does not affect other networks, but its name is taken. */
export interface NetworkProblem {
  readonly file: string;
  /** The fault and its place. */
  readonly reason: string;
  /** What to do, if known. */
  readonly hint?: string | undefined;
}

/** The configuration folder at one moment. */
export interface CatalogueState {
  readonly entries: ReadonlyMap<string, CatalogueEntry>;
  readonly problems: readonly NetworkProblem[];
}

interface Known {
  readonly stamp: string;
  readonly entry?: CatalogueEntry | undefined;
  readonly problem?: NetworkProblem | undefined;
}

/** The result of the last reading. */
interface LastRead {
  readonly state: CatalogueState;
  readonly folder: string;
  readonly readMs: number;
}

/** File times have the resolution of the kernel's clock. */
const CLOCK_TICK_MS = 20;

const EXTENSIONS = ['.conflist', '.conf', '.json'];

/** The networks in a configuration folder, whoever made them. Files are read again only if they have changed. */
export class Catalogue {
  readonly #confDir: string;
  readonly #drivers: ReadonlyMap<string, NetworkDriver>;
  #known: ReadonlyMap<string, Known> = new Map();
  #last: LastRead | undefined;

  constructor(confDir: string, drivers: ReadonlyMap<string, NetworkDriver>) {
    this.#confDir = confDir;
    this.#drivers = drivers;
  }

  /** The current content of the folder. @throws LibcniError `ERR_PERMISSION` if it cannot be read */
  async read(): Promise<CatalogueState> {
    const folder = stampOf(this.#confDir);
    const readMs = Date.now();
    const found = new Map<string, Known>();
    for (const name of await this.#fileNames()) {
      await giveWay();
      const file = join(this.#confDir, name);
      const stats = lstatSync(file, { throwIfNoEntry: false });
      if (stats === undefined || stats.isDirectory()) continue;
      const before = this.#known.get(file);
      const stamp = stampOfStats(stats);
      found.set(file, before?.stamp === stamp ? before : await this.#load(file, stats, stamp));
    }
    this.#known = found;
    const state = stateOf([...found.values()]);
    this.#last = { state, folder, readMs };
    return state;
  }

  /** The current network of a name. If neither its file nor the folder has changed, no other file is checked. */
  async find(name: string): Promise<CatalogueEntry | undefined> {
    const known = this.#last?.state.entries.get(name);
    if (
      known &&
      this.#isFolderUnchanged() &&
      stampOf(known.loaded.file) === this.#known.get(known.loaded.file)?.stamp
    )
      return known;
    return (await this.read()).entries.get(name);
  }

  /** A change within the last clock ticks would not show. */
  #isFolderUnchanged(): boolean {
    if (this.#last === undefined) return false;
    const { folder, readMs } = this.#last;
    const { mtimeMs } = lstatSync(this.#confDir, { throwIfNoEntry: false }) ?? {};
    return mtimeMs !== undefined && mtimeMs < readMs - CLOCK_TICK_MS && stampOf(this.#confDir) === folder;
  }

  async #load(file: string, stats: Stats, stamp: string): Promise<Known> {
    const { network, fault } = await loadFile(file);
    if (fault) return { stamp, problem: { file, reason: fault.error.message, hint: fault.hint } };
    if (!network) return { stamp };
    const loaded = { name: network.list.name, file, list: network.list };
    return { stamp, entry: { loaded, summary: readNetwork(loaded, stats, this.#drivers) } };
  }

  async #fileNames(): Promise<string[]> {
    try {
      const names = await readdir(this.#confDir);
      return names.filter((name) => EXTENSIONS.includes(extname(name))).sort(byBytes);
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return [];
      throw new LibcniError('ERR_PERMISSION', 'the configuration folder cannot be read', {
        file: this.#confDir,
        cause,
      });
    }
  }
}

function stampOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? '' : stampOfStats(stats);
}

function stampOfStats({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino}:${size}:${mtimeMs}:${ctimeMs}`;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function stateOf(known: readonly Known[]): CatalogueState {
  const entries = new Map<string, CatalogueEntry>();
  const problems: NetworkProblem[] = [];
  for (const { entry, problem } of known) {
    if (problem) problems.push(problem);
    if (!entry) continue;
    const { name, file } = entry.summary;
    const first = entries.get(name)?.summary.file;
    if (first === undefined) entries.set(name, entry);
    else
      problems.push({
        file,
        reason: `network ${name} is already defined in ${basename(first)}, which comes first`,
      });
  }
  return { entries, problems };
}
