import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnError } from '../errors/own-error.js';
import { asError, hasCode, isShortage } from '../errors/system-error.js';
import { BadFileError } from './bad-file-error.js';
import { checkOwner, type ForeignFolders } from './check-owner.js';
import { moveAside } from './move-aside.js';
import { readRegularFile } from './read-local-file.js';
import { removeAbandoned } from './remove-abandoned.js';
import { isTemporary } from './temporary-name.js';
import { writeFileAtomic } from './write-file-atomic.js';

/** A name that does not fit is the name of no file. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

/** A file that was in the way, or could not be moved out of it. */
export interface SetAside {
  readonly file: string;
  /** Where it is now; absent where it could not be moved. */
  readonly to?: string | undefined;
  /** Why it was in the way, and why it still is. */
  readonly reason: string;
}

/** How a folder of state is used. */
export interface StateFolderOptions {
  /** @default refuse */
  readonly foreignFolders?: ForeignFolders | undefined;
  /** Where files are moved that are in the way. @default the folder `unreadable` in this one */
  readonly asideFolder?: string | undefined;
  /** Told of every file that is in the way. @default nobody is */
  readonly onSetAside?: ((found: SetAside) => void) | undefined;
}

/** How a file is written. */
export interface WriteOptions {
  /** A folder for the temporary file. @default the folder itself */
  readonly tempFolder?: string | undefined;
  /** Whether it is on the disk when it is written, whatever becomes of the machine. @default true */
  readonly sync?: boolean | undefined;
}

/**
 * A folder of state: cache, journal, locks, notes. Its files are read and written here and nowhere else. Links are
 * followed to the folder, which is found once, and never in it; only regular files of bounded size are read, so that
 * nothing waits for a pipe, and files are written whole. What is in the way of a file is moved aside.
 */
export class StateFolder {
  /** As it was given, for messages. */
  readonly path: string;
  readonly #options: StateFolderOptions;
  #real: string | undefined;
  /** The same, once it was looked at in this turn of the event loop. */
  #seen: string | undefined;

  constructor(path: string, options: StateFolderOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  /** The path of a file in it, without links where the folder is there. */
  fileOf(name: string): string {
    return join(unlessMissing(() => this.#found()) ?? this.path, name);
  }

  /**
   * The names of what is in it, without temporary files; none where it is not there.
   *
   * @throws LibcniError `ERR_PERMISSION` for a folder that others may change; Error of the system
   */
  async list(): Promise<string[]> {
    const folder = this.#found();
    if (folder === undefined) return [];
    try {
      return (await readdir(folder)).filter((name) => !isTemporary(name));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  /** What is at a name, be it a file or not; `undefined` where there is nothing. */
  status(name: string): Stats | undefined {
    return unlessMissing(() => lstatSync(this.fileOf(name), { throwIfNoEntry: false }));
  }

  /**
   * What a file holds, read at once; `undefined` where there is none.
   *
   * @throws BadFileError where nobody can read it; Error of the system where something lacks for the moment; LibcniError
   * `ERR_PERMISSION` for a folder that others may change
   */
  read(name: string): Buffer | undefined {
    try {
      return unlessMissing(() => readRegularFile(this.fileOf(name)));
    } catch (cause) {
      if (isOwnError(cause) || isShortage(cause) || isForbidden(cause)) throw cause;
      throw new BadFileError(describe(cause), { cause });
    }
  }

  /** Writes a file whole, in the place of whatever is there. Folders that are missing are made. */
  async write(name: string, data: string, { tempFolder, sync }: WriteOptions = {}): Promise<void> {
    const file = this.fileOf(name);
    const write = { file, data, mode: 0o600, dirMode: 0o700, tempDir: tempFolder, sync };
    try {
      await writeFileAtomic(write);
    } catch (error) {
      if (!hasCode(error, 'EISDIR') || !(await this.setAside(name, 'it is a folder'))) throw error;
      await writeFileAtomic(write);
    }
  }

  /** Removes a file; fine where there is none. A folder in its place is moved aside. */
  async remove(name: string): Promise<void> {
    try {
      await unlink(this.fileOf(name));
    } catch (error) {
      if (hasCode(error, ...MISSING)) return;
      const isFolder = this.status(name)?.isDirectory() ?? false;
      if (!isFolder || !(await this.setAside(name, 'it is a folder'))) throw error;
    }
  }

  /**
   * Moves what is in the way to the folder for that. Whoever does so holds the lock that keeps others from the file.
   *
   * @returns where it is now; `undefined` where it cannot be moved, which does not stop anything
   */
  async setAside(name: string, reason: string): Promise<string | undefined> {
    const file = this.fileOf(name);
    try {
      const to = await moveAside(file, this.#options.asideFolder ?? join(this.path, 'unreadable'));
      this.#options.onSetAside?.({ file, to, reason });
      return to;
    } catch (error) {
      this.#options.onSetAside?.({ file, reason: `${reason}; ${asError(error).message}` });
      return undefined;
    }
  }

  /** Removes temporary files of processes that have ended. */
  async removeAbandoned(): Promise<void> {
    const folder = this.#found();
    if (folder !== undefined) await removeAbandoned(folder);
  }

  /** The folder itself, once it is there. It is looked at in each turn of the event loop: its rights can change. */
  #found(): string | undefined {
    if (this.#seen !== undefined) return this.#seen;
    const real = this.#look();
    if (real === undefined) return undefined;
    this.#seen = real;
    setImmediate(() => {
      this.#seen = undefined;
    });
    return real;
  }

  #look(): string | undefined {
    const known = this.#real && lstatSync(this.#real, { throwIfNoEntry: false });
    this.#real = known ? this.#real : realFolder(this.path);
    if (this.#real === undefined) return undefined;
    const status = known || lstatSync(this.#real, { throwIfNoEntry: false });
    if (status?.isDirectory() && this.#options.foreignFolders !== 'allow') checkOwner(this.path, status);
    return this.#real;
  }
}

function realFolder(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function unlessMissing<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, ...MISSING)) return undefined;
    throw error;
  }
}

/** Who may not look does not know what is there. */
function isForbidden(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

function describe(cause: unknown): string {
  if (hasCode(cause, 'ELOOP')) return 'it is a symbolic link';
  if (hasCode(cause, 'ENXIO')) return 'it is not a regular file';
  return asError(cause).message;
}
