import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { removeFolder } from '../../files/folders.js';
import { giveWay } from '../../files/give-way.js';
import { readLocalFile } from '../../files/read-local-file.js';
import { writeFileAtomic } from '../../files/write-file-atomic.js';
import { SETTINGS_FILE } from '../../network/index.js';
import type { SandboxFiles } from '../runtimes/runtime.js';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.js';
import type { SandboxRecord } from './sandbox-record.js';

const SANDBOX_ID = /^[0-9a-f]{64}$/;

/** A folder of a sandbox without a readable checkpoint. */
export interface UnreadableSandbox {
  readonly id: string;
  readonly error: LibcniError;
}

/** What is on disk of all sandboxes: a folder for each. Nothing is remembered, so that processes can share it. */
export class SandboxStore {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'sandboxes');
  }

  /** A fresh id. */
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

  /** The folder that belongs to the runtime. */
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

  /** Writes the checkpoint whole, and with `sync` so that it survives a power failure. @throws LibcniError `ERR_CACHE` */
  async write(record: SandboxRecord, { sync }: { readonly sync: boolean }): Promise<void> {
    const file = this.#checkpointOf(record.id);
    try {
      await writeFileAtomic({ file, data: formatCheckpoint(record), mode: 0o600, dirMode: 0o700, sync });
    } catch (cause) {
      const summary = `the checkpoint of the sandbox cannot be written: ${asError(cause).message}`;
      throw new LibcniError('ERR_CACHE', summary, { file, cause });
    }
  }

  /** `undefined` where there is no such sandbox. @throws LibcniError `ERR_CACHE` where its checkpoint is corrupt */
  read(id: string): SandboxRecord | undefined {
    if (!SANDBOX_ID.test(id)) return undefined;
    const file = existsSync(this.#asideOf(id)) ? this.#asideOf(id) : this.#checkpointOf(id);
    try {
      return parseCheckpoint(readLocalFile(file).toString('utf8'), file);
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      if (hasCode(cause, 'ENOENT')) return undefined;
      const summary = `the checkpoint of the sandbox cannot be read: ${asError(cause).message}`;
      throw new LibcniError('ERR_CACHE', summary, { file, cause });
    }
  }

  /** The ids of all sandboxes that have a folder. @throws LibcniError `ERR_CACHE` */
  async ids(): Promise<string[]> {
    try {
      return (await readdir(this.#folder)).filter((name) => SANDBOX_ID.test(name)).sort();
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return [];
      const summary = `the folder of sandboxes cannot be read: ${asError(cause).message}`;
      throw new LibcniError('ERR_CACHE', summary, { file: this.#folder, cause });
    }
  }

  /** All sandboxes, and those whose checkpoint cannot be read. @throws LibcniError `ERR_CACHE` */
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

  /** Sets a checkpoint aside that cannot be read, beside its place. @returns where it is now */
  async setAside(id: string): Promise<string> {
    const aside = this.#asideOf(id);
    if (!existsSync(aside)) await rename(this.#checkpointOf(id), aside);
    return aside;
  }

  /** Removes the folder of a sandbox with all that is in it. */
  async remove(id: string): Promise<void> {
    await removeFolder(this.folderOf(id));
  }

  #checkpointOf(id: string): string {
    return join(this.folderOf(id), 'checkpoint.json');
  }

  #asideOf(id: string): string {
    return join(this.folderOf(id), 'checkpoint.corrupt');
  }
}
