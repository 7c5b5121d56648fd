import { FolderChanges } from '../../files/folder-changes.js';
import { giveWay } from '../../files/give-way.js';
import { isTemporary } from '../../files/temporary-name.js';
import { NameIndex } from './name-index.js';

/** After this time, the folder is listed anyway, to find changes that the watch has missed. */
const RELIST_MS = 10_000;

/** The folder of the records. */
export interface IndexedFolder {
  names(): Promise<string[]>;
  /** The stats of an entry; `.` is the folder itself. */
  status(name: string): { readonly dev: number; readonly ino: number } | undefined;
  fileOf(name: string): string;
}

/** How the index learns of changes. */
interface IndexOptions {
  /**
   * A folder for a temporary, immediately unlinked file that the watch needs.
   * @default no watch: the folder is read each time
   */
  readonly tempFolder?: string | undefined;
  /** Called for every record that was, or may have been, created, written or removed. */
  readonly onTouched: (name: string) => void;
}

/** A watch and its folder. */
interface Watch {
  readonly changes: FolderChanges;
  readonly place: string;
}

/** The folder being listed. */
interface Listing {
  /** The watch under which it began: what changes meanwhile is heard of. */
  readonly watch: Watch | undefined;
  readonly ended: Promise<void>;
}

/**
 * The names of the records, without reading their folder each time: it is watched for changes by any process. The answer
 * is at least as new as the call of {@link refresh}. If the folder cannot be watched, it is read each time.
 */
export class RecordIndex implements Disposable {
  readonly names = new NameIndex();
  readonly #folder: IndexedFolder;
  readonly #options: IndexOptions;
  #watch: Watch | undefined;
  #listing: Listing | undefined;
  #nextListing: Promise<void> | undefined;
  #listedAt = Number.NEGATIVE_INFINITY;
  #looks = 0;
  #mustRelist = true;
  #isClosed = false;

  constructor(folder: IndexedFolder, options: IndexOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Updates the names. @throws LibcniError if the folder cannot be read */
  async refresh(): Promise<void> {
    const { watch, isNew } = this.#watchNow();
    const touched = isNew ? undefined : await watch?.changes.take();
    if (touched === undefined && !isNew) this.#drop(watch);
    // Also while the folder is listed: the list may be older.
    for (const name of touched ?? []) this.#look(name);
    if (touched === undefined) await this.#listAfterNow();
    else if (this.#mustRelist || performance.now() - this.#listedAt > RELIST_MS) await this.#listUnder(watch);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#drop(this.#watch);
  }

  /** The watch of the current folder; none if nothing can be watched. */
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
      // There may be no watch left, or no permission to create a file: then the folder is read each time.
    }
    return { watch: this.#watch, isNew: true };
  }

  #drop(watch: Watch | undefined): void {
    watch?.changes[Symbol.dispose]();
    if (this.#watch !== watch) return;
    this.#watch = undefined;
    this.#mustRelist = true;
  }

  /** A list that began under this watch is as good as a new one, since changes are heard of. */
  async #listUnder(watch: Watch | undefined): Promise<void> {
    const current = this.#listing;
    await (current !== undefined && current.watch === watch ? current.ended : this.#listAfterNow());
  }

  /** Lists the folder after this call, once for all who wait, and never twice at the same time. */
  #listAfterNow(): Promise<void> {
    if (this.#listing === undefined) return this.#list();
    this.#nextListing ??= this.#listing.ended
      .catch(() => {})
      .then(() => {
        this.#nextListing = undefined;
        return this.#list();
      });
    return this.#nextListing;
  }

  #list(): Promise<void> {
    const watch = this.#watch;
    const ended = this.#relist({ everything: this.#mustRelist }).then(() => {
      if (watch !== undefined && watch === this.#watch) this.#mustRelist = false;
    });
    const listing = { watch, ended };
    this.#listing = listing;
    const forget = () => {
      if (this.#listing === listing) this.#listing = undefined;
    };
    ended.then(forget, forget);
    return ended;
  }

  /** Events about a name are newer than the list, so such names are looked up again. */
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
