import { join } from 'node:path';
import type { LibcniError } from '../../errors/libcni-error.js';
import { stateFailure } from '../../errors/state-failure.js';
import { BadFileError } from '../../files/bad-file-error.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import { type CacheEntry, entryFromJson } from '../../libcni/cache/entry.js';
import type { NetworkAttachment } from '../../libcni/index.js';
import { type AttachmentKey, isSameAttachment, recordName } from '../attachment-key.js';
import type { HostPort, PortOwner } from './host-ports.js';
import { PortOwners } from './port-owners.js';
import { RecordIndex } from './record-index.js';

/** A cache entry with the names of its attachment. */
export type Recorded = AttachmentKey & CacheEntry;

/** How to read a cache. */
export interface RecordsOptions extends Pick<StateFolderOptions, 'foreignFolders'> {
  /** Whether to watch the folder, so that it need not be read each time. @default false */
  readonly watch?: boolean | undefined;
}

/**
 * The entries of a cache, whoever wrote them. A name here is a file name, as made by `recordName`. Queries that are made
 * for each attachment use an index.
 */
export class Records implements Disposable {
  readonly cacheDir: string;
  readonly #folder: StateFolder;
  readonly #parent: StateFolder;
  readonly #aside: StateFolder;
  readonly #portOwners = new PortOwners(this);
  readonly #index: RecordIndex;

  constructor(cacheDir: string, { watch = false, ...options }: RecordsOptions = {}) {
    const asideFolder = join(cacheDir, 'unreadable');
    this.cacheDir = cacheDir;
    this.#folder = new StateFolder(join(cacheDir, 'results'), { ...options, asideFolder });
    this.#parent = new StateFolder(cacheDir, { foreignFolders: 'allow' });
    this.#aside = new StateFolder(asideFolder, options);
    const onTouched = (name: string) => this.#portOwners.touch(name);
    this.#index = new RecordIndex(this, { onTouched, ...(watch && { tempFolder: cacheDir }) });
  }

  /**
   * The names of all files.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the folder cannot be read
   */
  async names(): Promise<string[]> {
    try {
      return await this.#folder.list();
    } catch (cause) {
      throw stateFailure('the records cannot be listed', { file: this.#folder.path, cause });
    }
  }

  /** The names of files that were set aside, each with a time at the end. */
  async asideNames(): Promise<string[]> {
    return await this.#aside.list().catch(() => []);
  }

  /**
   * The entry in a file; `undefined` if there is none, or it is unreadable.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the file cannot be read for now.
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
   * The names of files that may belong to a container; names with dashes can collide.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if the folder cannot be read
   */
  async namesOf(containerId: string): Promise<string[]> {
    await this.#index.refresh();
    return this.#index.names.ofContainer(containerId);
  }

  /**
   * The records of a container, in the order of the file names.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if that is unknown
   */
  async ofContainer(containerId: string): Promise<NetworkAttachment[]> {
    const records = (await this.namesOf(containerId)).flatMap((name) => this.read(name) ?? []);
    return records
      .filter((record) => record.containerId === containerId)
      .map((record) => ({ ...record, cniArgs: record.args }));
  }

  /**
   * The owners of ports that overlap with these.
   *
   * @param onBad - called once with the name of each unreadable file, whose ports are unknown
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if that is unknown
   */
  async ownersOf(ports: readonly HostPort[], onBad: (name: string) => void = () => {}): Promise<PortOwner[]> {
    await this.#index.refresh();
    return await this.#portOwners.of(ports, { names: this.#index.names.all, onBad });
  }

  /**
   * The record of an attachment; `undefined` if there is none.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if that is unknown.
   */
  find(key: AttachmentKey): Recorded | undefined {
    const record = this.read(recordName(key));
    return record !== undefined && isSameAttachment(record, key) ? record : undefined;
  }

  /** Why an entry is unreadable for everybody; `undefined` if it is readable or does not exist. */
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
   * The stats of an entry, of whatever type; `undefined` if there is none.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if that is unknown
   */
  status(name: string): ReturnType<StateFolder['status']> {
    try {
      return this.#folder.status(name);
    } catch (cause) {
      throw this.#readFailure(name, cause);
    }
  }

  /** The path of a file. */
  fileOf(name: string): string {
    return this.#folder.fileOf(name);
  }

  /**
   * Moves a file to the folder for unusable files. The caller holds the lock of the attachment.
   *
   * @returns where it is now; `undefined` if it cannot be moved
   */
  async setAside(name: string, reason: string): Promise<string | undefined> {
    return await this.#folder.setAside(name, reason);
  }

  /** Removes what a crash of the machine left of a record that was not synced yet. */
  async removeEmpty(name: string): Promise<void> {
    const status = this.status(name);
    if (status?.isFile() && status.size === 0) await this.#folder.remove(name);
  }

  /** Removes temporary files of processes that have ended. */
  async removeAbandoned(): Promise<void> {
    await this.#parent.removeAbandoned();
    await this.#folder.removeAbandoned();
  }

  /** Ends the watch of the folder. */
  [Symbol.dispose](): void {
    this.#index[Symbol.dispose]();
  }

  #readText(name: string): string | undefined {
    try {
      return this.#folder.read(name)?.toString();
    } catch (cause) {
      if (cause instanceof BadFileError) return undefined;
      throw this.#readFailure(name, cause);
    }
  }

  /** The path is not resolved, which could fail again. */
  #readFailure(name: string, cause: unknown): LibcniError {
    return stateFailure('cache entry cannot be read', { file: join(this.#folder.path, name), cause });
  }
}
