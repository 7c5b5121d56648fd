import { debuglog } from '../../libcni/debug.js';
import type { ConfFault } from './conf-fault.js';
import { Debounce } from './debounce.js';
import { fingerprint } from './fingerprint.js';
import { FolderWatches } from './folder-watches.js';
import { subfolders, targetsOf, type WatchTarget } from './watch-targets.js';

const debug = debuglog('operator');

/** How long a stream of changes can delay a reload, in debounce times. */
const MAX_DEBOUNCES = 10;

/** If there are more subfolders than this, the rest is left to polling. */
const MAX_SUBFOLDERS = 1024;

/** How a {@link FolderWatch} works, and what it calls. */
export interface FolderWatchOptions {
  /** Whether direct subfolders count too. */
  readonly subfolders: boolean;
  readonly debounceMs: number;
  readonly pollMs: number;
  readonly persistent: boolean;
  /** Something may have changed. */
  readonly onChange: () => void;
}

/** What a reading has found. */
export interface Reading {
  /** The folders to watch from now on. @default the same as before */
  readonly folders?: readonly string[];
  /** Whether the reading found a fault that may be temporary. @default false */
  readonly mustRetry?: boolean;
}

/**
 * Tells when folders should be read again. Kernel events are quick but unreliable: not every file system has them, links
 * hide changes from them, and their number is limited. A slow poll finds the rest.
 *
 * Call {@link beforeRead} and {@link afterRead} around each reading, so that changes during the reading are noticed.
 */
export class FolderWatch {
  readonly #options: FolderWatchOptions;
  readonly #debounce: Debounce;
  readonly #watches: FolderWatches;
  #folders: readonly string[];
  #seen = '';
  #mustRetry = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: FolderWatchOptions, folders: readonly string[]) {
    const { debounceMs: delayMs, persistent, onChange } = options;
    this.#options = options;
    this.#folders = folders;
    this.#debounce = new Debounce({ delayMs, maxWaitMs: delayMs * MAX_DEBOUNCES, persistent }, onChange);
    this.#watches = new FolderWatches({ onEvent: () => this.#debounce.trigger(), persistent });
    this.#schedulePoll();
  }

  /** Why some folders cannot be watched. */
  get faults(): readonly ConfFault[] {
    return this.#watches.faults;
  }

  /** A string that changes with the files in the folders, taken before the last reading. */
  get seen(): string {
    return this.#seen;
  }

  async beforeRead(): Promise<void> {
    await this.#watches.cover(await this.#targets());
    this.#seen = await this.#look();
  }

  async afterRead({ folders = this.#folders, mustRetry = false }: Reading = {}): Promise<void> {
    this.#folders = folders;
    this.#mustRetry = mustRetry;
    if (await this.#watches.cover(await this.#targets())) this.#debounce.trigger();
  }

  /** Ends everything. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#debounce.close();
    this.#watches.close();
  }

  async #targets(): Promise<WatchTarget[]> {
    const found = await Promise.all(this.#folders.map(targetsOf));
    const inside = (await this.#subfolders()).slice(0, MAX_SUBFOLDERS);
    return [...found.flat(), ...inside.map((folder) => ({ folder }))];
  }

  async #subfolders(): Promise<string[]> {
    if (!this.#options.subfolders) return [];
    return (await Promise.all(this.#folders.map(subfolders))).flat();
  }

  async #look(): Promise<string> {
    return await fingerprint([...this.#folders, ...(await this.#subfolders())]);
  }

  #schedulePoll(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      void this.#poll().finally(() => this.#schedulePoll());
    }, this.#options.pollMs);
    if (!this.#options.persistent) this.#timer.unref();
  }

  async #poll(): Promise<void> {
    const isDegraded = this.faults.length > 0 || this.#mustRetry;
    if (!isDegraded && (await this.#look()) === this.#seen) return;
    debug('the poll found %s to read again', this.#folders.join(', '));
    this.#debounce.trigger();
  }
}
