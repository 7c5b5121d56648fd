import { join, resolve } from 'node:path';
import { stateFailure } from '../../errors/state-failure.js';
import { BadFileError } from '../../files/bad-file-error.js';
import { giveWay } from '../../files/give-way.js';
import { StateFolder, type StateFolderOptions } from '../../files/state-folder.js';
import { type AttachmentKey, keyFromUniqueName, uniqueName } from '../attachment-key.js';

/** Where an operator has its configurations, records and state. */
export interface OwnPlaces {
  readonly confDir: string | undefined;
  /** The names of other sources, and of networks passed as objects. */
  readonly sources?: readonly string[] | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly cacheDir: string;
  readonly stateDir: string;
}

/**
 * Knows which attachments were made from these configurations. Records do not tell, and other programs may share the
 * cache. Notes are not synced: a lost note only keeps garbage collection from an attachment whose network is no longer
 * configured, and a note without a record means nothing.
 */
export class OwnAttachments {
  readonly #folder: StateFolder;
  readonly #text: string;

  constructor(places: OwnPlaces, options: StateFolderOptions = {}) {
    const { confDir, sources, networks, cacheDir, stateDir } = places;
    this.#folder = new StateFolder(join(stateDir, 'attached'), options);
    const folder = confDir === undefined ? undefined : resolve(confDir);
    this.#text = JSON.stringify({ confDir: folder, sources, networks, cacheDir: resolve(cacheDir) });
  }

  /** Notes an attachment before it is made. */
  async note(key: AttachmentKey): Promise<void> {
    const name = uniqueName(key);
    try {
      await this.#folder.write(name, this.#text, { sync: false });
    } catch (cause) {
      const { network, containerId, ifName } = key;
      const where = { file: join(this.#folder.path, name), network, containerId, ifName };
      throw stateFailure('attachment cannot be noted', { ...where, cause });
    }
  }

  /** Forgets a removed attachment. */
  async forget(key: AttachmentKey): Promise<void> {
    await this.#folder.remove(uniqueName(key)).catch(() => {});
  }

  /** Whether it was made from these configurations. */
  async has(key: AttachmentKey): Promise<boolean> {
    const name = nameOf(key);
    return name !== undefined && (await this.#read(name)) === this.#text;
  }

  /** Whether there is a note of it, from any configuration. */
  isNoted(key: AttachmentKey): boolean {
    const name = nameOf(key);
    return name !== undefined && this.#folder.status(name) !== undefined;
  }

  /** The noted attachments; reads every note. */
  async list(): Promise<AttachmentKey[]> {
    const names = await this.#folder.list().catch(() => []);
    return names.flatMap((name) => keyFromUniqueName(name) ?? []);
  }

  /** Forgets attachments that others have removed, and moves aside anything that is not a note. */
  async keepOnly(isRecorded: (key: AttachmentKey) => boolean): Promise<void> {
    for (const key of await this.list()) {
      await giveWay();
      if (!isRecorded(key) && (await this.has(key))) await this.forget(key);
    }
  }

  /** An unreadable note says nothing: whoever finds it moves it aside. */
  async #read(name: string): Promise<string | undefined> {
    try {
      return this.#folder.read(name)?.toString();
    } catch (error) {
      if (error instanceof BadFileError) await this.#folder.setAside(name, error.message);
      return undefined;
    }
  }

  /** Moves aside anything that is not a note, and removes temporary files of processes that have ended. */
  async sweep(): Promise<void> {
    await this.#folder.removeAbandoned().catch(() => {});
    for (const key of await this.list()) {
      await giveWay();
      await this.#read(uniqueName(key));
    }
  }
}

/** Some names chosen by other programs cannot be part of a file name: they have no notes. */
function nameOf(key: AttachmentKey): string | undefined {
  try {
    return uniqueName(key);
  } catch {
    return undefined;
  }
}
