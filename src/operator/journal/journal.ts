import { basename, join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { codeForCause, reasonOf } from '../../errors/system-error.js';
import { BadFileError } from '../../files/bad-file-error.js';
import { giveWay } from '../../files/give-way.js';
import { makeFolders } from '../../files/make-folders.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import type { Result } from '../../libcni/index.js';
import { type AttachmentKey, isSameAttachment, keyFromUniqueName, uniqueName } from '../attachment-key.js';
import { formatIntent, type Intent, parseIntent, parseProgress } from './intent.js';

const INTENT = '.json';
const PROGRESS = '.result';
const LEAVING = '.leave';

/** An intent as it is found, with its file. */
export interface FoundIntent {
  readonly file: string;
  /** Whose intent it is by the name of the file; absent where that is no name of the journal's. */
  readonly key: AttachmentKey | undefined;
  /** Absent where the file is no intent of this attachment, or cannot be read. */
  readonly intent: Intent | undefined;
  /** `ERR_CACHE`: why it could not be read, which says nothing about what is in it. */
  readonly error?: LibcniError | undefined;
  /** Nobody can ever read it: it is to be set aside. @default false */
  readonly isBad?: boolean | undefined;
}

/**
 * The intents of ADDs that have not reached the cache. An intent is on disk before the first plugin runs and goes
 * when the cache entry is there, or when everything was taken away again.
 */
export class Journal {
  readonly #folder: StateFolder;
  readonly #temporary: StateFolder;
  readonly #aside: StateFolder;
  /** Where files are written before they are renamed. */
  readonly tempFolder: string;

  constructor(stateDir: string, options: StateFolderOptions = {}) {
    const folder = join(stateDir, 'journal');
    this.tempFolder = join(folder, 'tmp');
    this.#folder = new StateFolder(folder, options);
    this.#temporary = new StateFolder(this.tempFolder, options);
    this.#aside = new StateFolder(join(folder, 'unreadable'), options);
  }

  /** Writes an intent, durably. */
  async begin(intent: Intent): Promise<void> {
    await this.#orFail(intent, async (name) => {
      const tempFolder = await this.#madeTempFolder();
      await this.#folder.write(`${name}${INTENT}`, formatIntent(intent), { tempFolder });
    });
  }

  /**
   * Notes how far an ADD has come, beside its intent. Not synced: a power failure may take this note, but it takes
   * from the kernel what the note is about, and it leaves the intent as it is.
   */
  async progress(key: AttachmentKey, result: Result): Promise<void> {
    await this.#orFail(key, async (name) => {
      const options = { tempFolder: this.tempFolder, sync: false };
      await this.#folder.write(`${name}${PROGRESS}`, JSON.stringify(result), options);
    });
  }

  /**
   * Notes that an attachment that is recorded is being taken down. Not synced: a power failure takes from the kernel what is
   * to go. Where there is no room for the note, the work goes on without.
   */
  async leave(key: AttachmentKey): Promise<void> {
    const write = async () => {
      const tempFolder = await this.#madeTempFolder();
      await this.#folder.write(leavingOf(key), '', { tempFolder, sync: false });
    };
    await write().catch(() => {});
  }

  /** The attachment has been taken down, or made anew. */
  async left(key: AttachmentKey): Promise<void> {
    await this.#folder.remove(leavingOf(key)).catch(() => {});
  }

  /** The attachments that were being taken down, whatever became of that. */
  async leaving(): Promise<{ file: string; key: AttachmentKey }[]> {
    const names = (await this.#names()).filter((name) => name.endsWith(LEAVING));
    return names.flatMap((name) => {
      const key = keyFromUniqueName(basename(name, LEAVING));
      return key === undefined ? [] : { file: join(this.#folder.path, name), key };
    });
  }

  /** Whether the attachment is still being taken down. */
  isLeaving(key: AttachmentKey): boolean {
    return this.#folder.status(leavingOf(key)) !== undefined;
  }

  /** Forgets an intent. */
  async end(key: AttachmentKey): Promise<void> {
    await this.#orFail(key, async (name) => {
      // In this order: a result without its intent would be taken for one of the next ADD.
      await this.#folder.remove(`${name}${PROGRESS}`);
      await this.#folder.remove(`${name}${INTENT}`);
    });
  }

  /**
   * The intents there are, in the order of their files.
   *
   * @param isWanted - tells by the name of a file whether to read it. @default all, those without such a name too
   * @throws LibcniError `ERR_CACHE` where they cannot be listed.
   */
  async list(isWanted?: (key: AttachmentKey) => boolean): Promise<FoundIntent[]> {
    const names = await this.#names();
    const files = names.filter((name) => name.endsWith(INTENT) && isChosen(name, isWanted)).sort();
    const found: FoundIntent[] = [];
    for (const name of files) {
      await giveWay();
      const one = this.#read(name);
      if (one !== undefined) found.push(one);
    }
    return found;
  }

  /** What a file of the journal holds now; `undefined` where it is gone. */
  async read(file: string): Promise<FoundIntent | undefined> {
    return this.#read(basename(file));
  }

  /** What is in the place of the intent of an attachment; `undefined` where nothing is. */
  async look(key: AttachmentKey): Promise<FoundIntent | undefined> {
    return this.#read(`${uniqueName(key)}${INTENT}`);
  }

  /**
   * The intent of an attachment.
   *
   * @throws LibcniError `ERR_CACHE` where it cannot be read.
   */
  async find(key: AttachmentKey): Promise<Intent | undefined> {
    const found = await this.look(key);
    if (found?.error !== undefined) throw found.error;
    return found?.intent;
  }

  /**
   * Moves a file that is no intent to the folder `unreadable` of the journal. The caller has the lock of the
   * attachment.
   *
   * @returns where it is now; `undefined` where it cannot be moved
   */
  async setAside(file: string, reason = 'it is no intent of its attachment'): Promise<string | undefined> {
    const name = basename(file);
    await this.#folder.remove(progressOf(name));
    return await this.#folder.setAside(name, reason);
  }

  /** The names of files that were set aside, with a time at the end. */
  async asideNames(): Promise<string[]> {
    return await this.#aside.list().catch(() => []);
  }

  /** Removes what processes left that ended while they wrote. */
  async removeAbandoned(): Promise<void> {
    for (const folder of [this.#temporary, this.#folder]) await folder.removeAbandoned();
  }

  async #names(): Promise<string[]> {
    try {
      return await this.#folder.list();
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      const summary = `journal cannot be read: ${reasonOf(cause)}`;
      throw new LibcniError(codeForCause(cause, 'ERR_CACHE'), summary, { file: this.#folder.path, cause });
    }
  }

  async #madeTempFolder(): Promise<string> {
    await makeFolders(this.tempFolder, 0o700);
    return this.tempFolder;
  }

  #read(name: string): FoundIntent | undefined {
    const key = keyOfFile(name);
    const file = join(this.#folder.path, name);
    try {
      const text = this.#folder.read(name)?.toString();
      if (text === undefined) return undefined;
      const parsed = parseIntent(text);
      const intent = parsed && key && isSameAttachment(parsed, key) ? parsed : undefined;
      const result = intent && parseProgress(this.#readProgress(name));
      return { file, key, intent: intent && { ...intent, result } };
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      const summary = `journal entry cannot be read: ${reasonOf(cause)}`;
      const error = new LibcniError('ERR_CACHE', summary, { file, cause, ...key });
      return { file, key, intent: undefined, error, isBad: cause instanceof BadFileError };
    }
  }

  /** A result that nobody can read is none. */
  #readProgress(name: string): string {
    try {
      return this.#folder.read(progressOf(name))?.toString() ?? '';
    } catch (error) {
      if (error instanceof BadFileError) return '';
      throw error;
    }
  }

  async #orFail(key: AttachmentKey, use: (name: string) => Promise<void>): Promise<void> {
    const { network, containerId, ifName } = key;
    const name = uniqueName(key);
    try {
      await use(name);
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      const summary = `journal cannot be written: ${reasonOf(cause)}`;
      const details = { cause, network, containerId, ifName };
      const file = join(this.#folder.path, `${name}${INTENT}`);
      throw new LibcniError(codeForCause(cause, 'ERR_CACHE'), summary, { file, ...details });
    }
  }
}

function isChosen(name: string, isWanted: ((key: AttachmentKey) => boolean) | undefined): boolean {
  if (isWanted === undefined) return true;
  const key = keyOfFile(name);
  return key !== undefined && isWanted(key);
}

function leavingOf(key: AttachmentKey): string {
  return `${uniqueName(key)}${LEAVING}`;
}

function keyOfFile(name: string): AttachmentKey | undefined {
  return keyFromUniqueName(basename(name, INTENT));
}

function progressOf(name: string): string {
  return name.slice(0, -INTENT.length) + PROGRESS;
}
