import { debuglog } from '../../libcni/debug.js';
import type { ConfFault } from './conf-fault.js';
import { Debounce } from './debounce.js';
import { fingerprint } from './fingerprint.js';
import { FolderWatches } from './folder-watches.js';
import { subfolders, targetsOf, type WatchTarget } from './watch-targets.js';

const debug = debuglog('operator');

/** How long a stream of changes can put off a reload, in debounce times. */
const MAX_DEBOUNCES = 10;

/** More drop-in folders than this are left to the poll. */
const MAX_SUBFOLDERS = 1024;

/** What a {@link ConfWatch} looks at, and whom it tells. */
export interface ConfWatchOptions {
  readonly confDir: string;
  readonly debounceMs: number;
  readonly pollMs: number;
  readonly persistent: boolean;
  /** Something may have changed. */
  readonly onChange: () => void;
}

/** Fingerprints of folders. */
interface Seen {
  readonly configurations: string;
  readonly plugins: string;
}

/**
 * Tells when a configuration should be read again. Events of the kernel are quick but not to be relied on: not
 * every file system has them, links hide changes from them, and their number is limited. A slow poll finds the rest.
 *
 * Around each reading, {@link beforeRead} and {@link afterRead} must be called: what changes while it goes on is
 * noticed then.
 */
export class ConfWatch {
  readonly #options: ConfWatchOptions;
  readonly #debounce: Debounce;
  readonly #watches: FolderWatches;
  #pluginFolders: readonly string[];
  #seen: Seen = { configurations: '', plugins: '' };
  #mustRetry = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ConfWatchOptions, pluginFolders: readonly string[]) {
    const { debounceMs: delayMs, persistent, onChange } = options;
    this.#options = options;
    this.#pluginFolders = pluginFolders;
    this.#debounce = new Debounce({ delayMs, maxWaitMs: delayMs * MAX_DEBOUNCES, persistent }, onChange);
    this.#watches = new FolderWatches({ onEvent: () => this.#debounce.trigger(), persistent });
    this.#schedulePoll();
  }

  /** Why folders are not watched that should be. */
  get faults(): readonly ConfFault[] {
    return this.#watches.faults;
  }

  /** A text that changes with the files in the plugin folders, as they were before the last reading. */
  get plugins(): string {
    return this.#seen.plugins;
  }

  async beforeRead(): Promise<void> {
    await this.#watches.cover(await this.#targets());
    this.#seen = await this.#look();
  }

  /**
   * @param pluginFolders - the folders that plugins were looked for in
   * @param mustRetry - whether the reading met something that may pass by itself
   */
  async afterRead(pluginFolders: readonly string[], mustRetry: boolean): Promise<void> {
    this.#pluginFolders = pluginFolders;
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
    const { confDir } = this.#options;
    const found = await Promise.all([confDir, ...this.#pluginFolders].map(targetsOf));
    const dropIns = (await subfolders(confDir)).slice(0, MAX_SUBFOLDERS);
    return [...found.flat(), ...dropIns.map((folder) => ({ folder }))];
  }

  async #look(): Promise<Seen> {
    const { confDir } = this.#options;
    const configurations = await fingerprint([confDir, ...(await subfolders(confDir))]);
    return { configurations, plugins: await fingerprint(this.#pluginFolders) };
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
    if (!isDegraded && isSame(await this.#look(), this.#seen)) return;
    debug('the poll found %s to read again', this.#options.confDir);
    this.#debounce.trigger();
  }
}

function isSame(a: Seen, b: Seen): boolean {
  return a.configurations === b.configurations && a.plugins === b.plugins;
}
