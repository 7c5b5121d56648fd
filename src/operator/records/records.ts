import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { reasonOf } from '../../errors/system-error.js';
import { BadFileError } from '../../files/bad-file-error.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import { type CacheEntry, entryFromJson } from '../../libcni/cache/entry.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';

/** A cache entry with the names of its attachment. */
export type Recorded = AttachmentKey & CacheEntry;

/** The entries of a cache, whoever wrote them. A name here is that of a file, as `recordName` makes it. */
export class Records {
  readonly cacheDir: string;
  readonly #folder: StateFolder;
  readonly #parent: StateFolder;
  readonly #aside: StateFolder;

  constructor(cacheDir: string, options: Pick<StateFolderOptions, 'foreignFolders'> = {}) {
    const asideFolder = join(cacheDir, 'unreadable');
    this.cacheDir = cacheDir;
    this.#folder = new StateFolder(join(cacheDir, 'results'), { ...options, asideFolder });
    this.#parent = new StateFolder(cacheDir, { foreignFolders: 'allow' });
    this.#aside = new StateFolder(asideFolder, options);
  }

  /**
   * The names of all files.
   *
   * @throws LibcniError `ERR_CACHE` where the folder cannot be read
   */
  async names(): Promise<string[]> {
    try {
      return await this.#folder.list();
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      const summary = `the records cannot be listed: ${reasonOf(cause)}`;
      throw new LibcniError('ERR_CACHE', summary, { file: this.#folder.path, cause });
    }
  }

  /** The names of files that were set aside, with a time at the end. */
  async asideNames(): Promise<string[]> {
    return await this.#aside.list().catch(() => []);
  }

  /**
   * The entry in a file; `undefined` where there is none, or none that can be read as one.
   *
   * @throws LibcniError `ERR_CACHE` where the file cannot be read for the moment.
   */
  read(name: string): Recorded | undefined {
    const text = this.#readText(name);
    if (text === undefined) return undefined;
    try {
      const entry = entryFromJson(JSON.parse(text));
      return entry && entry.ifName !== '' && entry.networkName !== ''
        ? { ...entry, network: entry.networkName }
        : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * The record of an attachment; `undefined` where there is none.
   *
   * @throws LibcniError `ERR_CACHE` where that cannot be told.
   */
  find(key: AttachmentKey): Recorded | undefined {
    const record = this.read(recordName(key));
    return record !== undefined && isSameAttachment(record, key) ? record : undefined;
  }

  /** Why nobody can read what is in the place of an entry; `undefined` where that can be read, or is not there. */
  whyBad(name: string): string | undefined {
    try {
      this.#folder.read(name);
      return undefined;
    } catch (error) {
      if (error instanceof BadFileError) return error.message;
      return undefined;
    }
  }

  /**
   * What is at a name, be it a file or not; `undefined` where there is nothing.
   *
   * @throws LibcniError `ERR_CACHE` where that cannot be told
   */
  status(name: string): ReturnType<StateFolder['status']> {
    try {
      return this.#folder.status(name);
    } catch (cause) {
      throw new LibcniError('ERR_CACHE', 'cache entry cannot be read', { file: this.fileOf(name), cause });
    }
  }

  /** The path of a file. */
  fileOf(name: string): string {
    return this.#folder.fileOf(name);
  }

  /**
   * Moves a file to the folder for what nobody can use. The caller has the lock of the attachment.
   *
   * @returns where it is now; `undefined` where it cannot be moved
   */
  async setAside(name: string, reason: string): Promise<string | undefined> {
    return await this.#folder.setAside(name, reason);
  }

  /** Removes temporary files of processes that have ended. */
  async removeAbandoned(): Promise<void> {
    await this.#parent.removeAbandoned();
    await this.#folder.removeAbandoned();
  }

  #readText(name: string): string | undefined {
    try {
      return this.#folder.read(name)?.toString();
    } catch (cause) {
      if (cause instanceof BadFileError) return undefined;
      if (isOwnError(cause)) throw cause;
      throw new LibcniError('ERR_CACHE', 'cache entry cannot be read', { file: this.fileOf(name), cause });
    }
  }
}
