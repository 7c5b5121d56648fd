import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { codeOf } from '../../errors/system-error.js';
import { debuglog } from '../../libcni/debug.js';
import type { ConfFault } from './conf-fault.js';
import { folderIdentity, type WatchTarget } from './watch-targets.js';

const debug = debuglog('operator');

/** How a set of watches reports. */
export interface FolderWatchesOptions {
  /** Something happened in a folder or to it. What it was is not passed on, since events can be lost. */
  readonly onEvent: () => void;
  /** Whether the watches keep Node alive. */
  readonly persistent: boolean;
}

interface Live {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** Kernel watches on folders. If the kernel refuses one, its fault is kept and it is tried again. */
export class FolderWatches {
  readonly #options: FolderWatchesOptions;
  readonly #live = new Map<string, Live>();
  readonly #faults = new Map<string, ConfFault>();
  #closed = false;

  constructor(options: FolderWatchesOptions) {
    this.#options = options;
  }

  /** Why some folders cannot be watched. */
  get faults(): readonly ConfFault[] {
    return [...this.#faults.values()];
  }

  /**
   * Watches these folders and no others. A replaced folder is watched anew.
   *
   * @returns whether a folder is newly watched, so that earlier changes in it went unnoticed
   */
  async cover(targets: readonly WatchTarget[]): Promise<boolean> {
    const wanted = new Map(targets.map((target) => [keyOf(target), target]));
    for (const key of [...this.#live.keys()].filter((key) => !wanted.has(key))) this.#drop(key);
    for (const key of [...this.#faults.keys()].filter((key) => !wanted.has(key))) this.#faults.delete(key);
    let isMore = false;
    for (const [key, target] of wanted) isMore = (await this.#ensure(key, target)) || isMore;
    return isMore;
  }

  /** Ends every watch, and accepts no more. */
  close(): void {
    this.#closed = true;
    for (const key of [...this.#live.keys()]) this.#drop(key);
  }

  async #ensure(key: string, target: WatchTarget): Promise<boolean> {
    // Identified before it is watched: a folder that is replaced in between is watched again the next time.
    const identity = await folderIdentity(target.folder);
    if (this.#closed || (identity !== undefined && this.#live.get(key)?.identity === identity)) return false;
    this.#drop(key);
    this.#faults.delete(key);
    return identity !== undefined && this.#start(key, target, identity);
  }

  #start(key: string, target: WatchTarget, identity: string): boolean {
    try {
      const { persistent } = this.#options;
      const watcher = watch(target.folder, { persistent }, (_, name) => this.#heed(key, target, name));
      watcher.on('error', (cause) => this.#fail(key, target, cause));
      this.#live.set(key, { watcher, identity });
      return true;
    } catch (cause) {
      this.#refuse(key, target, cause);
      return false;
    }
  }

  #heed(key: string, { folder, entry }: WatchTarget, name: string | null): void {
    const isOwn = name === basename(folder);
    // Events about the folder itself carry its own name. It may be gone, and the watch with it.
    if (isOwn) this.#drop(key);
    if (isOwn || name === null || entry === undefined || name === entry) this.#options.onEvent();
  }

  #fail(key: string, target: WatchTarget, cause: unknown): void {
    this.#drop(key);
    this.#refuse(key, target, cause);
    this.#options.onEvent();
  }

  #refuse(key: string, { folder }: WatchTarget, cause: unknown): void {
    const errno = codeOf(cause) ?? String(cause);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return;
    debug('%s cannot be watched, it is polled: %s', folder, errno);
    const summary = `folder cannot be watched, so it is only polled: ${errno}`;
    const error = new LibcniError('ERR_PERMISSION', summary, { file: folder, cause });
    this.#faults.set(key, { error, hint: HINTS.get(errno) });
  }

  #drop(key: string): void {
    this.#live.get(key)?.watcher.close();
    this.#live.delete(key);
  }
}

const HINTS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'raise the limit fs.inotify.max_user_watches'],
  ['EMFILE', 'raise the limit fs.inotify.max_user_instances, or that of open files'],
]);

function keyOf({ folder, entry }: WatchTarget): string {
  return `${folder}\0${entry ?? ''}`;
}
