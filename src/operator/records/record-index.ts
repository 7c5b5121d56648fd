import { FolderChanges } from '../../files/folder-changes.js';
import { giveWay } from '../../files/give-way.js';
import { isTemporary } from '../../files/temporary-name.js';
import { NameIndex } from './name-index.js';

/** What the watch did not tell, for whatever reason, is seen after so long. */
const RELIST_MS = 10_000;

/** The folder of the records. */
export interface IndexedFolder {
  names(): Promise<string[]>;
  /** What is at a name; `.` is the folder itself. */
  status(name: string): { readonly dev: number; readonly ino: number } | undefined;
  fileOf(name: string): string;
}

/** How the index learns of changes. */
interface IndexOptions {
  /**
   * A folder for a file that has no name but for a moment, which the watch needs.
   * @default there is no watch: the folder is read each time
   */
  readonly tempFolder?: string | undefined;
  /** Told of every record that was made, written or removed, or may have been. */
  readonly onTouched: (name: string) => void;
}

/** A watch, and the folder that it is of. */
interface Watch {
  readonly changes: FolderChanges;
  readonly place: string;
}

/**
 * The names of the records, without reading their folder each time: what others do there is heard of, whoever they are. The
 * answer is that of the moment at which {@link refresh} was called, or of a later one. Where the folder cannot be
 * watched, it is read each time.
 */
export class RecordIndex implements Disposable {
  readonly names = new NameIndex();
  readonly #folder: IndexedFolder;
  readonly #options: IndexOptions;
  #watch: Watch | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  #looks = 0;
  #mustRelist = true;
  #isClosed = false;

  constructor(folder: IndexedFolder, options: IndexOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Brings the names up to date. @throws LibcniError as reading the folder does */
  async refresh(): Promise<void> {
    const { watch, isNew } = this.#watchNow();
    const touched = isNew ? undefined : await watch?.changes.take();
    if (touched === undefined && !isNew) this.#drop(watch);
    if (touched === undefined || this.#mustRelist) {
      await this.#relist({ everything: true });
      return;
    }
    for (const name of touched) this.#look(name);
    if (performance.now() - this.#listedAt > RELIST_MS) await this.#relist({ everything: false });
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#drop(this.#watch);
  }

  /** The watch of the folder that is there now; none where nothing can be watched. */
  #watchNow(): { readonly watch: Watch | undefined; readonly isNew: boolean } {
    const { tempFolder } = this.#options;
    const status = this.#folder.status('.');
    const place = status && `${status.dev}:${status.ino}`;
    const known = this.#watch;
    if (known !== undefined && known.place === place) return { watch: known, isNew: false };
    this.#drop(known);
    if (place === undefined || tempFolder === undefined || this.#isClosed)
      return { watch: undefined, isNew: true };
    try {
      this.#watch = { changes: new FolderChanges(this.#folder.fileOf('.'), tempFolder), place };
    } catch {
      // There may be no watch left, or no right to make a file: then everything is looked at each time.
    }
    return { watch: this.#watch, isNew: true };
  }

  #drop(watch: Watch | undefined): void {
    watch?.changes[Symbol.dispose]();
    if (this.#watch !== watch) return;
    this.#watch = undefined;
    this.#mustRelist = true;
  }

  /** What was heard of a name meanwhile is newer than the list: it is looked up by itself then. */
  async #relist({ everything }: { readonly everything: boolean }): Promise<void> {
    const before = this.#looks;
    const listed = new Set(await this.#folder.names());
    const known = this.names.all;
    for (const name of listed) {
      await giveWay();
      if (!known.has(name)) this.#take(name, { isThere: this.#looks === before || this.#isThere(name) });
    }
    for (const name of known)
      if (!listed.has(name)) this.#take(name, { isThere: this.#looks !== before && this.#isThere(name) });
    if (everything) for (const name of known) this.#options.onTouched(name);
    if (everything) this.#mustRelist = false;
    this.#listedAt = performance.now();
  }

  #look(name: string): void {
    this.#looks += 1;
    if (!isTemporary(name)) this.#take(name, { isThere: this.#isThere(name) });
  }

  #isThere(name: string): boolean {
    return this.#folder.status(name) !== undefined;
  }

  #take(name: string, { isThere }: { readonly isThere: boolean }): void {
    if (isThere) this.names.add(name);
    else this.names.delete(name);
    this.#options.onTouched(name);
  }
}
