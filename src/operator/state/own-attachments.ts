import { readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { makeFolders } from '../../files/make-folders.js';
import { type AttachmentKey, keyFromUniqueName, uniqueName } from './attachment-key.js';

/** Where an operator has its configurations, records and state. */
export interface OwnPlaces {
  readonly confDir: string | undefined;
  /** The names of other sources, and of the networks that the program gives as objects. */
  readonly sources?: readonly string[] | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly cacheDir: string;
  readonly stateDir: string;
}

/**
 * Which attachments were made from these configurations. Records do not say it, and other programs may have theirs
 * in the same cache. A note is not synced: a lost one only keeps garbage collection from an attachment whose network is
 * not configured any more, and one too many means nothing without a record.
 */
export class OwnAttachments {
  readonly #folder: string;
  readonly #text: string;

  constructor({ confDir, sources, networks, cacheDir, stateDir }: OwnPlaces) {
    this.#folder = join(stateDir, 'attached');
    const folder = confDir === undefined ? undefined : resolve(confDir);
    this.#text = JSON.stringify({ confDir: folder, sources, networks, cacheDir: resolve(cacheDir) });
  }

  /** Notes an attachment that is about to be made. */
  async note(key: AttachmentKey): Promise<void> {
    const file = this.#fileOf(key);
    try {
      await this.#write(file);
    } catch (cause) {
      const { network, containerId, ifName } = key;
      const summary = `attachment cannot be noted: ${asError(cause).message}`;
      throw new LibcniError('ERR_CACHE', summary, { file, cause, network, containerId, ifName });
    }
  }

  /** Forgets an attachment that is not there any more. */
  async forget(key: AttachmentKey): Promise<void> {
    await unlink(this.#fileOf(key)).catch(() => {});
  }

  /** Whether it was made from these configurations. */
  async has(key: AttachmentKey): Promise<boolean> {
    try {
      return (await readFile(this.#fileOf(key), 'utf8')) === this.#text;
    } catch {
      return false;
    }
  }

  /** Forgets those that others have taken down. */
  async keepOnly(isRecorded: (key: AttachmentKey) => boolean): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const key of names.flatMap((name) => keyFromUniqueName(name) ?? [])) {
      if (!isRecorded(key) && (await this.has(key))) await this.forget(key);
    }
  }

  #fileOf(key: AttachmentKey): string {
    return join(this.#folder, uniqueName(key));
  }

  async #write(file: string): Promise<void> {
    try {
      await writeFile(file, this.#text, { mode: 0o600 });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      await makeFolders(this.#folder, 0o700);
      await writeFile(file, this.#text, { mode: 0o600 });
    }
  }
}
