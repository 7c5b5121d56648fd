import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { stateFailure } from '../../errors/state-failure.js';
import { removeFolder } from '../../files/folders.js';
import { giveWay } from '../../files/give-way.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import { SETTINGS_FILE } from '../../network/index.js';
import type { SandboxFiles } from '../runtimes/runtime.js';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.js';
import type { SandboxRecord } from './sandbox-record.js';

const SANDBOX_ID = /^[0-9a-f]{64}$/;
const CHECKPOINT = 'checkpoint.json';
/** An unreadable checkpoint. */
const ASIDE = 'checkpoint.corrupt';

/** A folder of a sandbox without a readable checkpoint. */
export interface UnreadableSandbox {
  readonly id: string;
  readonly error: LibcniError;
}

/** The state of all sandboxes on disk: a folder for each. Nothing is cached, so that processes can share it. */
export class SandboxStore {
  readonly #folder: string;
  readonly #sandboxes: StateFolder;
  readonly #options: StateFolderOptions;

  constructor(stateDir: string, options: StateFolderOptions = {}) {
    this.#folder = join(stateDir, 'sandboxes');
    this.#sandboxes = new StateFolder(this.#folder, options);
    this.#options = options;
  }

  /** A new id. */
  newId(): string {
    return randomBytes(32).toString('hex');
  }

  folderOf(id: string): string {
    return join(this.#folder, id);
  }

  settingsFile(id: string): string {
    return join(this.folderOf(id), SETTINGS_FILE);
  }

  logFile(id: string): string {
    return join(this.folderOf(id), 'sandbox.log');
  }

  /** The folder for the runtime's files. */
  runtimeFolder(id: string): string {
    return join(this.folderOf(id), 'runtime');
  }

  filesOf(id: string): SandboxFiles {
    const folder = this.folderOf(id);
    return {
      hosts: join(folder, 'hosts'),
      resolvConf: join(folder, 'resolv.conf'),
      hostname: join(folder, 'hostname'),
    };
  }

  /**
   * Writes the checkpoint atomically; with `sync`, it survives a power failure.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION`
   */
  async write(record: SandboxRecord, { sync }: { readonly sync: boolean }): Promise<void> {
    const file = join(this.folderOf(record.id), CHECKPOINT);
    try {
      await this.#filesOf(record.id).write(CHECKPOINT, formatCheckpoint(record), { sync });
    } catch (cause) {
      throw stateFailure('the checkpoint of the sandbox cannot be written', { file, cause });
    }
  }

  /**
   * `undefined` if there is no such sandbox.
   *
   * @throws LibcniError `ERR_CACHE` if its checkpoint is corrupt, `ERR_PERMISSION` if it may not be read, or others may
   * change the folder
   */
  read(id: string): SandboxRecord | undefined {
    if (!SANDBOX_ID.test(id)) return undefined;
    const files = this.#filesOf(id);
    let name = CHECKPOINT;
    try {
      if (files.status(ASIDE) !== undefined) name = ASIDE;
      const text = files.read(name)?.toString('utf8');
      return text === undefined ? undefined : parseCheckpoint(text, join(this.folderOf(id), name));
    } catch (cause) {
      const file = join(this.folderOf(id), name);
      throw stateFailure('the checkpoint of the sandbox cannot be read', { file, cause });
    }
  }

  /** The ids of all sandboxes that have a folder. @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` */
  async ids(): Promise<string[]> {
    try {
      return (await this.#sandboxes.list()).filter((name) => SANDBOX_ID.test(name)).sort();
    } catch (cause) {
      throw stateFailure('the folder of sandboxes cannot be read', { file: this.#folder, cause });
    }
  }

  /** All sandboxes, and those whose checkpoint cannot be read. @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` */
  async all(): Promise<{ records: SandboxRecord[]; unreadable: UnreadableSandbox[] }> {
    const records: SandboxRecord[] = [];
    const unreadable: UnreadableSandbox[] = [];
    for (const id of await this.ids()) {
      await giveWay();
      try {
        const record = this.read(id);
        if (record !== undefined) records.push(record);
      } catch (error) {
        if (!isOwnError(error)) throw error;
        unreadable.push({ id, error });
      }
    }
    return { records, unreadable };
  }

  /** Sets an unreadable checkpoint aside, in the same folder. @returns where it is now */
  async setAside(id: string): Promise<string> {
    const [from, to] = [CHECKPOINT, ASIDE].map((name) => join(this.folderOf(id), name)) as [string, string];
    if (this.#filesOf(id).status(ASIDE) === undefined) await rename(from, to);
    return to;
  }

  /** Removes the folder of a sandbox and everything in it. */
  async remove(id: string): Promise<void> {
    await removeFolder(this.folderOf(id));
  }

  #filesOf(id: string): StateFolder {
    return new StateFolder(this.folderOf(id), this.#options);
  }
}
