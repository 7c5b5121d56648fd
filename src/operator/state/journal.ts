import { existsSync } from 'node:fs';
import { readdir, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { giveWay } from '../../files/give-way.js';
import { makeFolders } from '../../files/make-folders.js';
import { moveAside } from '../../files/move-aside.js';
import { readLocalFile } from '../../files/read-local-file.js';
import { temporaryName } from '../../files/temporary-name.js';
import { writeFileAtomic } from '../../files/write-file-atomic.js';
import type { Result } from '../../libcni/index.js';
import { type AttachmentKey, isSameAttachment, keyFromUniqueName, uniqueName } from './attachment-key.js';
import { formatIntent, type Intent, parseIntent, parseProgress } from './intent.js';

const INTENT = '.json';
const PROGRESS = '.result';
const LEAVING = '.leaving';

/** An intent as it is found, with its file. */
export interface FoundIntent {
  readonly file: string;
  /** Whose intent it is by the name of the file; absent where that is no name of the journal's. */
  readonly key: AttachmentKey | undefined;
  /** Absent where the file is no intent of this attachment, or cannot be read. */
  readonly intent: Intent | undefined;
  /** `ERR_CACHE`: why it could not be read, which says nothing about what is in it. */
  readonly error?: LibcniError | undefined;
}

/**
 * The intents of ADDs that have not reached the cache. An intent is on disk before the first plugin runs and goes
 * when the cache entry is there, or when everything was taken away again.
 */
export class Journal {
  readonly #folder: string;
  /** Where files are written before they are renamed. */
  readonly tempFolder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'journal');
    this.tempFolder = join(this.#folder, 'tmp');
  }

  /** Writes an intent, durably. */
  async begin(intent: Intent): Promise<void> {
    await this.#orFail(intent, async (file) => {
      const data = formatIntent(intent);
      const tempDir = await this.#madeTempFolder();
      await writeFileAtomic({ file: `${file}${INTENT}`, data, mode: 0o600, dirMode: 0o700, tempDir });
    });
  }

  /**
   * Notes how far an ADD has come, beside its intent. Not synced: a power failure may take this note, but it takes
   * from the kernel what the note is about, and it leaves the intent as it is.
   */
  async progress(key: AttachmentKey, result: Result): Promise<void> {
    await this.#orFail(key, async (file) => {
      const temp = join(this.tempFolder, temporaryName());
      try {
        await writeFile(temp, JSON.stringify(result), { mode: 0o600 });
        await rename(temp, `${file}${PROGRESS}`);
      } catch (error) {
        await unlink(temp).catch(() => {});
        throw error;
      }
    });
  }

  /**
   * Notes that an attachment that is recorded is being taken down. Not synced: a power failure takes from the kernel what is
   * to go. Where there is no room for the note, the work goes on without.
   */
  async leave(key: AttachmentKey): Promise<void> {
    const file = this.#leavingOf(key);
    await createEmpty(file)
      .catch(async (error) => {
        if (!isMissing(error)) return;
        await makeFolders(this.#folder, 0o700);
        await createEmpty(file);
      })
      .catch(() => {});
  }

  /** The attachment has been taken down, or made anew. */
  async left(key: AttachmentKey): Promise<void> {
    await unlink(this.#leavingOf(key)).catch(() => {});
  }

  /** The attachments that were being taken down, whatever became of that. */
  async leaving(): Promise<{ file: string; key: AttachmentKey }[]> {
    const names = (await this.#names()).filter((name) => name.endsWith(LEAVING));
    return names.flatMap((name) => {
      const key = keyFromUniqueName(basename(name, LEAVING));
      return key === undefined ? [] : { file: join(this.#folder, name), key };
    });
  }

  /** Whether the attachment is still being taken down. */
  isLeaving(key: AttachmentKey): boolean {
    return existsSync(this.#leavingOf(key));
  }

  /** Forgets an intent. */
  async end(key: AttachmentKey): Promise<void> {
    await this.#orFail(key, async (file) => {
      // In this order: a result without its intent would be taken for one of the next ADD.
      await unlink(`${file}${PROGRESS}`).catch(ignoreMissing);
      await unlink(`${file}${INTENT}`).catch(ignoreMissing);
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
      const one = readIntent(join(this.#folder, name));
      if (one !== undefined) found.push(one);
    }
    return found;
  }

  /** What a file of the journal holds now; `undefined` where it is gone. */
  async read(file: string): Promise<FoundIntent | undefined> {
    return readIntent(file);
  }

  /**
   * The intent of an attachment.
   *
   * @throws LibcniError `ERR_CACHE` where it cannot be read.
   */
  async find(key: AttachmentKey): Promise<Intent | undefined> {
    const found = readIntent(join(this.#folder, `${uniqueName(key)}${INTENT}`));
    if (found?.error !== undefined) throw found.error;
    return found?.intent;
  }

  /**
   * Moves a file that is no intent to the folder `unreadable` of the journal. The caller has the lock of the
   * attachment.
   *
   * @returns where it is now
   */
  async setAside(file: string): Promise<string> {
    await unlink(progressOf(file)).catch(ignoreMissing);
    return await moveAside(file, join(this.#folder, 'unreadable'));
  }

  #leavingOf(key: AttachmentKey): string {
    return join(this.#folder, `${uniqueName(key)}${LEAVING}`);
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder);
    } catch (cause) {
      if (isMissing(cause)) return [];
      const summary = `journal cannot be read: ${asError(cause).message}`;
      throw new LibcniError('ERR_CACHE', summary, { file: this.#folder, cause });
    }
  }

  async #madeTempFolder(): Promise<string> {
    await makeFolders(this.tempFolder, 0o700);
    return this.tempFolder;
  }

  async #orFail(key: AttachmentKey, use: (file: string) => Promise<void>): Promise<void> {
    const { network, containerId, ifName } = key;
    const file = join(this.#folder, uniqueName(key));
    try {
      await use(file);
    } catch (cause) {
      const summary = `journal cannot be written: ${asError(cause).message}`;
      const details = { cause, network, containerId, ifName };
      throw new LibcniError('ERR_CACHE', summary, { file: `${file}${INTENT}`, ...details });
    }
  }
}

function readIntent(file: string): FoundIntent | undefined {
  const key = keyOfFile(basename(file));
  try {
    const text = readText(file);
    if (text === undefined) return undefined;
    const parsed = parseIntent(text);
    const intent = parsed && key && isSameAttachment(parsed, key) ? parsed : undefined;
    const result = intent && parseProgress(readText(progressOf(file)) ?? '');
    return { file, key, intent: intent && { ...intent, result } };
  } catch (cause) {
    const summary = `journal entry cannot be read: ${asError(cause).message}`;
    const error = new LibcniError('ERR_CACHE', summary, { file, cause, ...key });
    return { file, key, intent: undefined, error };
  }
}

async function createEmpty(file: string): Promise<void> {
  await writeFile(file, '', { mode: 0o600, flag: 'wx' });
}

function readText(file: string): string | undefined {
  try {
    return readLocalFile(file).toString();
  } catch (error) {
    return ignoreMissing(error);
  }
}

function isChosen(name: string, isWanted: ((key: AttachmentKey) => boolean) | undefined): boolean {
  if (isWanted === undefined) return true;
  const key = keyOfFile(name);
  return key !== undefined && isWanted(key);
}

function keyOfFile(name: string): AttachmentKey | undefined {
  return keyFromUniqueName(basename(name, INTENT));
}

function progressOf(file: string): string {
  return file.slice(0, -INTENT.length) + PROGRESS;
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}
