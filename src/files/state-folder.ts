import fs, { close, constants, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isOwnError } from '../errors/own-error.js';
import { asError, hasCode, isShortage } from '../errors/system-error.js';
import { BadFileError } from './bad-file-error.js';
import { checkOwner, type ForeignFolders } from './check-owner.js';
import { moveAside } from './move-aside.js';
import { readRegularFile, readRegularText } from './read-local-file.js';
import { removeAbandoned } from './remove-abandoned.js';
import { isTemporary } from './temporary-name.js';
import { writeFileAtomic } from './write-file-atomic.js';

// A plain descriptor: a `FileHandle` costs the main thread twice as much.
const open = promisify(fs.open);
const MARKING = constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A name that is too long names no file. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'];

/** A file that was in the way, or could not be moved out of it. */
export interface SetAside {
  readonly file: string;
  /** Where it is now; absent if it could not be moved. */
  readonly to?: string | undefined;
  /** Why it was in the way, and why it still is. */
  readonly reason: string;
}

/** How to use a state folder. */
export interface StateFolderOptions {
  /** @default refuse */
  readonly foreignFolders?: ForeignFolders | undefined;
  /** Where to move files that are in the way. @default the folder `unreadable` in this one */
  readonly asideFolder?: string | undefined;
  /** Called for every file that is in the way. @default none */
  readonly onSetAside?: ((found: SetAside) => void) | undefined;
}

/** How to write a file. */
export interface WriteOptions {
  /** A folder for the temporary file. @default the folder itself */
  readonly tempFolder?: string | undefined;
  /** Whether to sync it, so that it survives a crash of the machine. @default true */
  readonly sync?: boolean | undefined;
}

/**
 * A state folder: cache, journal, locks, notes. Its files are read and written here and nowhere else. The folder itself
 * may be a symbolic link, even one that is changed later; links inside it are never followed. Only regular files of bounded
 * size are read, so that nothing waits for a pipe. Files are written whole. Whatever is in the way is moved aside.
 */
export class StateFolder {
  /** The path as given, for messages. */
  readonly path: string;
  readonly #options: StateFolderOptions;
  #real: string | undefined;
  /** The same, if it was checked in this turn of the event loop. */
  #seen: string | undefined;

  constructor(path: string, options: StateFolderOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  /** The path of a file in it, with links resolved if the folder exists. */
  fileOf(name: string): string {
    return join(unlessMissing(() => this.#found()) ?? this.path, name);
  }

  /**
   * The names of its entries, without temporary files; empty if the folder does not exist.
   *
   * @throws LibcniError `ERR_PERMISSION` for a folder that others may change; a system error
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

  /** The same, read synchronously: for folders with few entries, which takes less time than to wait for it. */
  listNow(): string[] {
    const folder = this.#found();
    if (folder === undefined) return [];
    try {
      return readdirSync(folder).filter((name) => !isTemporary(name));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  /** The stats of an entry, of whatever type; `undefined` if there is none. */
  status(name: string): Stats | undefined {
    return unlessMissing(() => lstatSync(this.fileOf(name), { throwIfNoEntry: false }));
  }

  /**
   * The content of a file, read synchronously; `undefined` if there is none.
   *
   * @throws BadFileError if nobody can read it; a system error if something is short for now; LibcniError
   * `ERR_PERMISSION` for a folder that others may change
   */
  read(name: string): Buffer | undefined {
    return unlessBad(() => {
      // An error takes longer than another look, and often there is no file.
      if (this.status(name) === undefined) return undefined;
      return unlessMissing(() => readRegularFile(this.fileOf(name)));
    });
  }

  /**
   * The same as a string, for a name of {@link list}: the file is most likely there, and a small one.
   *
   * @throws as {@link read} does
   */
  readListed(name: string): string | undefined {
    return unlessBad(() =>
      unlessMissing(() => {
        const folder = this.#found();
        return folder === undefined ? undefined : readRegularText(`${folder}/${name}`);
      }),
    );
  }

  /** Writes a whole file, replacing whatever is there. Missing folders are created. */
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

  /**
   * Creates an empty file, unless it exists. Takes a third of the time of {@link write}: there is no content that a reader
   * could see a part of. Not synced.
   *
   * @throws a system error, also if the folder is missing or something else is in the way
   */
  async mark(name: string): Promise<void> {
    close(await open(this.fileOf(name), MARKING, 0o600), () => {});
  }

  /** Removes a file, if there is one. A folder in its place is moved aside. */
  async remove(name: string): Promise<void> {
    try {
      if (this.status(name) === undefined) return;
      await unlink(this.fileOf(name));
    } catch (error) {
      if (hasCode(error, ...MISSING)) return;
      const isFolder = this.status(name)?.isDirectory() ?? false;
      if (!isFolder || !(await this.setAside(name, 'it is a folder'))) throw error;
    }
  }

  /**
   * Moves whatever is in the way to the folder for that. The caller holds the lock that keeps others from the file.
   *
   * @returns where it is now; `undefined` if it cannot be moved, which is not an error
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

  /** The folder itself, once it exists. It is checked in each turn of the event loop: its permissions can change. */
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
    // An error takes longer than a look, and a folder of state is often missing.
    const found = statSync(this.path, { throwIfNoEntry: false });
    const known = this.#real && lstatSync(this.#real, { throwIfNoEntry: false });
    // A link may lead elsewhere by now.
    const isStill = known && found && known.dev === found.dev && known.ino === found.ino;
    if (!isStill) this.#real = found && realFolder(this.path);
    if (this.#real === undefined) return undefined;
    const status = isStill ? known : lstatSync(this.#real, { throwIfNoEntry: false });
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

function unlessBad<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (isOwnError(cause) || isShortage(cause) || isForbidden(cause)) throw cause;
    throw new BadFileError(describe(cause), { cause });
  }
}

/** Without the permission to look, nobody knows what is there. */
function isForbidden(error: unknown): boolean {
  return hasCode(error, 'EACCES', 'EPERM');
}

function describe(cause: unknown): string {
  if (hasCode(cause, 'ELOOP')) return 'it is a symbolic link';
  if (hasCode(cause, 'ENXIO')) return 'it is not a regular file';
  return asError(cause).message;
}
