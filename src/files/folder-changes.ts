import { closeSync, type FSWatcher, futimesSync, openSync, unlinkSync, watch } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryName } from './temporary-name.js';

/** A mark that does not come back by then was lost, with whatever else was. */
const PATIENCE_MS = 2000;

/**
 * Knows which files of a folder were touched, by whatever process. All watches of a process have one queue in the kernel: a
 * mark that is set on a file of its own, and comes back, has every earlier change before it. So an answer is as new as the
 * question.
 */
export class FolderChanges implements Disposable {
  readonly #folder: FSWatcher;
  readonly #mark: Mark;
  /** What is told of the folder itself has its name. */
  readonly #ownName: string;
  #names = new Set<string>();
  #isBroken = false;

  /**
   * Begins to watch.
   *
   * @param tempFolder - where a file is made for a moment; the mark is set on it, and it has no name
   * @throws Error of the system where nothing can be watched, or the file not be made
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
   * The names of what was made, written, moved or removed since this was asked last; `undefined` where that cannot be
   * told any more, for example since the folder is another one: then this has ended.
   */
  async take(): Promise<ReadonlySet<string> | undefined> {
    const isSeen = await this.#mark.comesBack();
    const names = this.#names;
    this.#names = new Set();
    return isSeen && !this.#isBroken ? names : undefined;
  }

  [Symbol.dispose](): void {
    this.#isBroken = true;
    this.#folder.close();
    this.#mark[Symbol.dispose]();
  }

  #note(name: string | null): void {
    if (name === null || name === this.#ownName) this.#isBroken = true;
    else this.#names.add(name);
  }
}

/** A file without a name, whose changes are watched. */
class Mark implements Disposable {
  readonly #fd: number;
  readonly #watcher: FSWatcher;
  #arrived = () => {};
  #onItsWay: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;
  #isOpen = true;

  constructor(tempFolder: string) {
    const file = join(tempFolder, temporaryName());
    this.#fd = openSync(file, 'wx', 0o600);
    try {
      unlinkSync(file);
      this.#watcher = watch(`/proc/self/fd/${this.#fd}`, { persistent: false }, () => this.#arrived());
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    this.#watcher.on('error', () => {});
  }

  /** Sets the mark after this was called, once for all who wait; `false` where it was lost. */
  comesBack(): Promise<boolean> {
    if (this.#onItsWay === undefined) return this.#set();
    // That one may have been set before a change that this caller is to see.
    this.#next ??= this.#onItsWay.then(() => {
      this.#next = undefined;
      return this.#onItsWay ?? this.#set();
    });
    return this.#next;
  }

  #set(): Promise<boolean> {
    if (!this.#isOpen) return Promise.resolve(false);
    const onItsWay = new Promise<boolean>((resolve) => {
      // Nothing else may keep the process alive meanwhile.
      const lost = setTimeout(() => resolve(false), PATIENCE_MS);
      this.#arrived = () => {
        clearTimeout(lost);
        resolve(true);
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
    this.#watcher.close();
    closeSync(this.#fd);
  }
}
