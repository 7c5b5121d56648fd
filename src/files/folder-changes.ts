import { closeSync, type FSWatcher, futimesSync, openSync, unlinkSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryName } from './temporary-name.js';

/**
 * After so many changes without a question, what was touched is no longer remembered: nobody may ever ask, and the kernel
 * drops changes that it cannot report (`fs.inotify.max_queued_events`, by default 16,384).
 */
const MOST_CHANGES = 5000;

/** A mark that has not come back by then was lost, and other events may be lost with it. */
const PATIENCE_MS = 2000;

/**
 * Knows which files of a folder were touched, by any process. All watches of a process share one queue in the kernel.
 * When a mark set on a separate file comes back, every earlier change has come before it. So an answer is as new as
 * the question.
 */
export class FolderChanges implements Disposable {
  readonly #folder: FSWatcher;
  readonly #mark: Mark;
  /** Events about the folder itself carry its name. */
  readonly #ownName: string;
  #names = new Set<string>();
  #changes = 0;
  #isBroken = false;

  /**
   * Starts watching.
   *
   * @param tempFolder - where a file is created and unlinked; the mark is set on it
   * @throws a system error if nothing can be watched, or the file cannot be created
   */
  constructor(folder: string, tempFolder: string) {
    this.#ownName = basename(folder);
    this.#mark = new Mark(tempFolder);
    try {
      this.#folder = watch(folder, { persistent: false }, (_, name) => this.#note(name));
    } catch (error) {
      this.#mark[Symbol.dispose]();
      throw error;
    }
    this.#folder.on('error', () => this.#note(null));
  }

  /**
   * The names of files created, written, moved or removed since the last call; `undefined` if that is no longer known,
   * for example because the folder was replaced, or there were too many. After that, this watch has ended.
   */
  async take(): Promise<ReadonlySet<string> | undefined> {
    const isSeen = await this.#mark.comesBack();
    const names = this.#names;
    this.#names = new Set();
    this.#changes = 0;
    return isSeen && !this.#isBroken ? names : undefined;
  }

  [Symbol.dispose](): void {
    this.#isBroken = true;
    this.#folder.close();
    this.#mark[Symbol.dispose]();
  }

  #note(name: string | null): void {
    this.#changes += 1;
    if (name === null || name === this.#ownName || this.#changes > MOST_CHANGES) this.#isBroken = true;
    if (this.#isBroken) this.#names.clear();
    else if (name !== null) this.#names.add(name);
  }
}

/** A file without a name, whose changes are watched. */
class Mark implements Disposable {
  readonly #fd: number;
  readonly #watcher: FSWatcher;
  #settle = (_isSeen: boolean) => {};
  #onItsWay: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;
  #isOpen = true;

  constructor(tempFolder: string) {
    const file = join(tempFolder, temporaryName());
    this.#fd = openSync(file, 'wx', 0o600);
    try {
      unlinkSync(file);
      this.#watcher = watch(`/proc/self/fd/${this.#fd}`, { persistent: false }, () => this.#settle(true));
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    this.#watcher.on('error', () => {});
  }

  /** Sets a mark after this call, once for all who wait; `false` if it was lost. */
  comesBack(): Promise<boolean> {
    if (this.#onItsWay === undefined) return this.#set();
    // That mark may have been set before a change that this caller must see.
    this.#next ??= this.#onItsWay.then(() => {
      this.#next = undefined;
      return this.#onItsWay ?? this.#set();
    });
    return this.#next;
  }

  #set(): Promise<boolean> {
    if (!this.#isOpen) return Promise.resolve(false);
    const onItsWay = new Promise<boolean>((resolve) => {
      // Nothing else may be keeping the process alive.
      const lost = setTimeout(() => resolve(false), PATIENCE_MS);
      this.#settle = (isSeen) => {
        clearTimeout(lost);
        resolve(isSeen);
      };
      futimesSync(this.#fd, 0, 0);
    }).finally(() => {
      this.#onItsWay = undefined;
    });
    this.#onItsWay = onItsWay;
    return onItsWay;
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // Otherwise, callers would wait until the mark counts as lost.
    this.#settle(false);
    this.#watcher.close();
    closeSync(this.#fd);
  }
}
