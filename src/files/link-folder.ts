import { lstatSync } from 'node:fs';
import { link, readlink, rename, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwnError } from '../errors/own-error.js';
import { asError, hasCode } from '../errors/system-error.js';
import { fittingName } from './fitting-name.js';
import { makeFolders } from './make-folders.js';
import { StateFolder, type StateFolderOptions } from './state-folder.js';

/** The owner of a name: the target of its link. */
export interface Taken {
  readonly name: string;
  readonly owner: string;
  /** When it was taken, in milliseconds since 1970 by the clock at that time. */
  readonly sinceMs: number;
}

/**
 * A folder of names, each taken by a link whose target names the owner. A link is created with its target atomically, so
 * of several processes that want a name, one gets it, without a lock. These links are never followed. Anything but a link
 * in the place of one is moved aside by whoever wants the name.
 */
export class LinkFolder {
  readonly #folder: StateFolder;
  readonly #options: StateFolderOptions & { readonly asideFolder: string };

  /** @param options - `asideFolder` must not be inside the folder itself */
  constructor(path: string, options: StateFolderOptions & { readonly asideFolder: string }) {
    this.#folder = new StateFolder(path, options);
    this.#options = options;
  }

  /**
   * Takes a name.
   *
   * @returns the current owner; `undefined` if it was free
   * @throws a system error, `EEXIST` if something is in the way that cannot be moved
   */
  async take(name: string, owner: string): Promise<Taken | undefined> {
    await makeFolders(this.#folder.path, 0o700);
    try {
      await symlink(owner, this.#folder.fileOf(name));
      return undefined;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const other = await this.find(name);
      if (other !== undefined) return other;
      if (this.#folder.status(name) !== undefined && !(await this.#clear(name))) throw error;
      return await this.take(name, owner);
    }
  }

  /** The owner of a name; `undefined` if it is free. */
  async find(name: string): Promise<Taken | undefined> {
    const sinceMs = this.#folder.status(name)?.mtimeMs ?? 0;
    try {
      return { name, owner: await readlink(this.#folder.fileOf(name)), sinceMs };
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EINVAL')) return undefined;
      throw error;
    }
  }

  /** All taken names. @throws LibcniError `ERR_PERMISSION` for a folder that others may change */
  async all(): Promise<Taken[]> {
    const names = await this.#names();
    const found = await Promise.all(names.map((name) => this.find(name)));
    return found.filter((one) => one !== undefined);
  }

  /** Releases a name, if it is taken. */
  async free(name: string): Promise<void> {
    await this.#folder.remove(name);
  }

  /** A folder that cannot be listed has no names. */
  async #names(): Promise<string[]> {
    try {
      return await this.#folder.list();
    } catch (error) {
      if (isOwnError(error)) throw error;
      return [];
    }
  }

  /** Moves aside anything but a link. A link created meanwhile is put back. @returns whether to try the name again */
  async #clear(name: string): Promise<boolean> {
    const file = this.#folder.fileOf(name);
    const { asideFolder, onSetAside } = this.#options;
    const to = join(asideFolder, fittingName(name, `.${Date.now()}`));
    const reason = 'it is not a link';
    try {
      await makeFolders(asideFolder, 0o700);
      await rename(file, to);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return true;
      onSetAside?.({ file, reason: `${reason}; ${asError(error).message}` });
      return false;
    }
    if (lstatSync(to).isSymbolicLink()) await putBack(to, file);
    else onSetAside?.({ file, to, reason });
    return true;
  }
}

async function putBack(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => {});
  await unlink(from);
}
