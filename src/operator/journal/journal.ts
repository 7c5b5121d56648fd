import { basename, join } from 'node:path';
import type { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { stateFailure } from '../../errors/state-failure.js';
import { hasCode } from '../../errors/system-error.js';
import { BadFileError } from '../../files/bad-file-error.js';
import { giveWay } from '../../files/give-way.js';
import { makeFolders } from '../../files/make-folders.js';
import { StateFolder, type StateFolderOptions, type WriteOptions } from '../../files/state-folder.js';
import type { Result } from '../../libcni/index.js';
import { type AttachmentKey, isSameAttachment, keyFromUniqueName, uniqueName } from '../attachment-key.js';
import { formatIntent, type Intent, parseIntent, parseProgress } from './intent.js';

const INTENT = '.json';
const PROGRESS = '.result';
const LEAVING = '.leave';

/** An intent with its file, as found. */
export interface FoundIntent {
  readonly file: string;
  /** Whose intent it is, from the file name; absent if the name does not belong to the journal. */
  readonly key: AttachmentKey | undefined;
  /** Absent if the file is not an intent of this attachment, or cannot be read. */
  readonly intent: Intent | undefined;
  /** `ERR_CACHE` or `ERR_PERMISSION`: why it could not be read, which says nothing about its content. */
  readonly error?: LibcniError | undefined;
  /** Whether nobody can ever read it, so that it should be set aside. @default false */
  readonly isBad?: boolean | undefined;
}

/**
 * The intents of ADDs that have not reached the cache. An intent is on disk before the first plugin runs. It is removed
 * when the cache entry exists, or when everything was rolled back.
 */
export class Journal {
  readonly #folder: StateFolder;
  readonly #temporary: StateFolder;
  readonly #aside: StateFolder;
  /** The folder of files that are not renamed yet. */
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
      await this.#write(`${name}${INTENT}`, formatIntent(intent));
    });
  }

  /**
   * Notes the progress of an ADD beside its intent. Not synced: a power failure may lose this note, but then the kernel
   * also loses what it describes, and the intent stays.
   */
  async progress(key: AttachmentKey, result: Result): Promise<void> {
    await this.#orFail(key, async (name) => {
      await this.#write(`${name}${PROGRESS}`, JSON.stringify(result), { sync: false });
    });
  }

  /**
   * Notes that a recorded attachment is being removed. Not synced: a power failure removes the attachment from the kernel
   * anyway. If there is no room for the note, the work goes on without it.
   */
  async leave(key: AttachmentKey): Promise<void> {
    const name = leavingOf(key);
    const write = () => this.#write(name, '', { sync: false });
    await this.#folder
      .mark(name)
      .catch(write)
      .catch(() => {});
  }

  /** Called when the attachment has been removed, or made anew. */
  async left(key: AttachmentKey): Promise<void> {
    await this.#folder.remove(leavingOf(key)).catch(() => {});
  }

  /** The attachments whose removal has started, whether or not it was completed. */
  async leaving(): Promise<{ file: string; key: AttachmentKey }[]> {
    const names = this.#names().filter((name) => name.endsWith(LEAVING));
    return names.flatMap((name) => {
      const key = keyFromUniqueName(basename(name, LEAVING));
      return key === undefined ? [] : { file: join(this.#folder.path, name), key };
    });
  }

  /** Whether the removal of the attachment is noted. */
  isLeaving(key: AttachmentKey): boolean {
    return this.#folder.status(leavingOf(key)) !== undefined;
  }

  /** Forgets an intent. */
  async end(key: AttachmentKey): Promise<void> {
    await this.#orFail(key, async (name) => {
      // In this order: a result without its intent would be taken for that of the next ADD.
      await this.#folder.remove(`${name}${PROGRESS}`);
      await this.#folder.remove(`${name}${INTENT}`);
    });
  }

  /**
   * The existing intents, in the order of their files.
   *
   * @param isWanted - tells from the file name whether to read it. @default all, including files with other names
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if they cannot be listed.
   */
  async list(isWanted?: (key: AttachmentKey) => boolean): Promise<FoundIntent[]> {
    const names = this.#names();
    const files = names.filter((name) => name.endsWith(INTENT) && isChosen(name, isWanted)).sort();
    const found: FoundIntent[] = [];
    for (const name of files) {
      await giveWay();
      const one = this.#read(name);
      if (one !== undefined) found.push(one);
    }
    return found;
  }

  /** The current content of a journal file; `undefined` if it is gone. */
  async read(file: string): Promise<FoundIntent | undefined> {
    return this.#read(basename(file));
  }

  /** The file in the place of an attachment's intent; `undefined` if there is none. */
  async look(key: AttachmentKey): Promise<FoundIntent | undefined> {
    return this.#read(`${uniqueName(key)}${INTENT}`);
  }

  /**
   * The last result of the ADD of an intent, as noted by {@link progress}; `undefined` if there is none. One that nobody
   * can ever read counts as none.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if it cannot be read for now.
   */
  async lastResult(key: AttachmentKey): Promise<Result | undefined> {
    const name = `${uniqueName(key)}${PROGRESS}`;
    try {
      const text = this.#folder.read(name)?.toString();
      return text === undefined ? undefined : parseProgress(text);
    } catch (cause) {
      if (cause instanceof BadFileError) return undefined;
      throw unreadable(cause, { file: join(this.#folder.path, name), key });
    }
  }

  /**
   * The intent of an attachment.
   *
   * @throws LibcniError `ERR_CACHE` or `ERR_PERMISSION` if it cannot be read.
   */
  async find(key: AttachmentKey): Promise<Intent | undefined> {
    const found = await this.look(key);
    if (found?.error !== undefined) throw found.error;
    return found?.intent;
  }

  /**
   * Moves a file that is not an intent to the folder `unreadable` of the journal. The caller holds the lock of the
   * attachment.
   *
   * @returns where it is now; `undefined` if it cannot be moved
   */
  async setAside(
    file: string,
    reason = 'it is not an intent of its attachment',
  ): Promise<string | undefined> {
    const name = basename(file);
    await this.#folder.remove(progressOf(name));
    return await this.#folder.setAside(name, reason);
  }

  /** The names of files that were set aside, each with a time at the end. */
  async asideNames(): Promise<string[]> {
    return await this.#aside.list().catch(() => []);
  }

  /** Removes temporary files of processes that ended while writing. */
  async removeAbandoned(): Promise<void> {
    for (const folder of [this.#temporary, this.#folder]) await folder.removeAbandoned();
  }

  #names(): string[] {
    try {
      return this.#folder.listNow();
    } catch (cause) {
      throw stateFailure('journal cannot be read', { file: this.#folder.path, cause });
    }
  }

  /** The folder for temporary files is created if that turns out to be needed. */
  async #write(name: string, data: string, options: Pick<WriteOptions, 'sync'> = {}): Promise<void> {
    const write = () => this.#folder.write(name, data, { ...options, tempFolder: this.tempFolder });
    try {
      await write();
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      await makeFolders(this.tempFolder, 0o700);
      await write();
    }
  }

  #read(name: string): FoundIntent | undefined {
    const key = keyOfFile(name);
    const file = join(this.#folder.path, name);
    try {
      const text = this.#folder.read(name)?.toString();
      if (text === undefined) return undefined;
      const parsed = parseIntent(text);
      const intent = parsed && key && isSameAttachment(parsed, key) ? parsed : undefined;
      return { file, key, intent };
    } catch (cause) {
      if (isOwnError(cause)) throw cause;
      const error = unreadable(cause, { file, key });
      return { file, key, intent: undefined, error, isBad: cause instanceof BadFileError };
    }
  }

  /** The path of the entry of an attachment, for messages. */
  fileOf(key: AttachmentKey): string {
    return join(this.#folder.path, `${uniqueName(key)}${INTENT}`);
  }

  async #orFail(key: AttachmentKey, use: (name: string) => Promise<void>): Promise<void> {
    const { network, containerId, ifName } = key;
    const name = uniqueName(key);
    try {
      await use(name);
    } catch (cause) {
      throw stateFailure('journal cannot be written', {
        file: this.fileOf(key),
        cause,
        network,
        containerId,
        ifName,
      });
    }
  }
}

function unreadable(cause: unknown, { file, key }: Pick<FoundIntent, 'file' | 'key'>): LibcniError {
  return stateFailure('journal entry cannot be read', { file, cause, ...key });
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
