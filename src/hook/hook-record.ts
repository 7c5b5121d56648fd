import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { stateFailure } from '../errors/state-failure.js';
import { BadFileError } from '../files/bad-file-error.js';
import { StateFolder, type StateFolderOptions } from '../files/state-folder.js';
import type { RecordedNetns } from '../netns/index.js';
import type { AttachedNetwork } from '../operator/index.js';
import { parseChecked } from './check-json.js';
import { netnsNumbers } from './own-netns.js';

const SUFFIX = '.json';

/** The prefix of pins of hooks, before the container's id. */
export const PIN_PREFIX = 'libcni-hook-';

/** The kernel's limit for a file name. */
const MAX_NAME_BYTES = 255;
const LONGEST_ID = MAX_NAME_BYTES - PIN_PREFIX.length;

/**
 * Refuses a container id that is too long for the file that pins its namespace. The file of its record has a shorter name.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkIdFits(id: string): void {
  if (Buffer.byteLength(id) <= LONGEST_ID) return;
  const summary = `the container's id has ${Buffer.byteLength(id)} bytes, but with hooks it may have at most ${LONGEST_ID}: it is part of file names`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { containerId: id, jsonPath: '$.id', value: id });
}

const recordSchema = lazy(() =>
  z.looseObject({
    kind: z.literal('libcniHookV1'),
    id: z.string(),
    bundle: z.string(),
    netns: z.string(),
    inode: z.string(),
    netnsIdentity: z.string().optional(),
    networks: z.array(z.looseObject({ name: z.string(), ifName: z.string() })).optional(),
  }),
);

/**
 * What the hook of a container has done. It is on disk before the container is attached, and is removed last. With
 * `networks`, it is the result file that others may read.
 */
export interface HookRecord {
  readonly kind: 'libcniHookV1';
  readonly id: string;
  readonly bundle: string;
  /** The file that pins the namespace. */
  readonly netns: string;
  /** The inode of the namespace; empty if it is no longer known. */
  readonly inode: string;
  /** The identity of the namespace; absent until it is attached, and in records of earlier versions. */
  readonly netnsIdentity?: string | undefined;
  /** The attachments; absent until all are complete. */
  readonly networks?: readonly Pick<AttachedNetwork, 'name' | 'ifName'>[] | undefined;
}

/** The namespace of a record, to find it at its path. */
export function recordedNetns({ netns, inode, netnsIdentity }: HookRecord): RecordedNetns {
  return { path: netns, identity: netnsIdentity ?? (inode === '' ? undefined : `inode=${inode}`) };
}

/** The records of hooks, one file for each container. */
export class HookRecords {
  readonly #folder: StateFolder;
  readonly #pinDir: string;

  constructor(folder: string, pinDir: string, options: StateFolderOptions = {}) {
    this.#folder = new StateFolder(folder, options);
    this.#pinDir = pinDir;
  }

  /** The file that pins the namespace of a container. */
  pinOf(id: string): string {
    return join(this.#pinDir, `${PIN_PREFIX}${id}`);
  }

  /** The result file of a container. */
  fileOf(id: string): string {
    return this.#folder.fileOf(`${id}${SUFFIX}`);
  }

  /**
   * Reads a record. For an unreadable one, such as a file truncated by a power failure, or one that is missing while the
   * namespace is pinned, returns what follows from the container's id.
   *
   * @throws LibcniError `ERR_CACHE` if a resource is short for now, `ERR_PERMISSION`
   */
  read(id: string): HookRecord | undefined {
    try {
      const text = this.#folder.read(`${id}${SUFFIX}`)?.toString('utf8');
      if (text === undefined) return this.#byPin(id);
      return parseChecked(recordSchema(), text, { what: 'the record of a hook', file: this.fileOf(id) });
    } catch (cause) {
      if (!isUnreadable(cause)) throw recordFailure('read', this.fileOf(id), cause);
      return this.#byId(id);
    }
  }

  /** The hook may have been killed before it wrote the record. */
  #byPin(id: string): HookRecord | undefined {
    return netnsNumbers(this.pinOf(id)) === undefined ? undefined : this.#byId(id);
  }

  #byId(id: string): HookRecord {
    return { kind: 'libcniHookV1', id, bundle: '', netns: this.pinOf(id), inode: '' };
  }

  /**
   * Writes a record atomically. Not synced: a power failure also ends the container, and the operator's journal is synced.
   *
   * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`
   */
  async write(record: HookRecord): Promise<void> {
    const data = `${JSON.stringify(record, null, 2)}\n`;
    try {
      await this.#folder.write(`${record.id}${SUFFIX}`, data, { sync: false });
    } catch (cause) {
      throw recordFailure('write', this.fileOf(record.id), cause);
    }
  }

  /** Removes a record, if there is one. Anything but a file is moved aside. @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION` */
  async remove(id: string): Promise<void> {
    try {
      await this.#folder.remove(`${id}${SUFFIX}`);
    } catch (cause) {
      throw recordFailure('remove', this.fileOf(id), cause);
    }
  }

  /** The ids of the containers that have a record, sorted. @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION` */
  async ids(): Promise<string[]> {
    try {
      const names = (await this.#folder.list()).filter(
        (name) => name.endsWith(SUFFIX) && !name.startsWith('.'),
      );
      return names.map((name) => name.slice(0, -SUFFIX.length)).sort();
    } catch (cause) {
      throw recordFailure('list', this.#folder.path, cause);
    }
  }
}

/** Whether nobody can ever read it. */
function isUnreadable(cause: unknown): boolean {
  return cause instanceof BadFileError || (isOwnError(cause) && cause.code === 'ERR_CONF_INVALID');
}

function recordFailure(doing: string, file: string, cause: unknown): LibcniError {
  return stateFailure(`cannot ${doing} the record of a hook`, { cause, file });
}
