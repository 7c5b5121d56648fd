import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LibcniError } from '../errors/libcni-error.js';
import { codeForCause, hasCode, reasonOf } from '../errors/system-error.js';
import { readLocalFile } from '../files/read-local-file.js';
import { writeFileAtomic } from '../files/write-file-atomic.js';
import type { AttachedNetwork } from '../operator/index.js';
import { parseChecked } from './check-json.js';

const SUFFIX = '.json';

/** What pins of hooks are named, before the container's id. */
export const PIN_PREFIX = 'libcni-hook-';

const recordSchema = z.looseObject({
  kind: z.literal('libcniHookV1'),
  id: z.string(),
  bundle: z.string(),
  netns: z.string(),
  inode: z.string(),
  networks: z.array(z.looseObject({ name: z.string(), ifName: z.string() })).optional(),
});

/**
 * What the hook of a container has done. It is on disk before the namespace is pinned, and goes last. With `networks` it is
 * the result file that others may read.
 */
export interface HookRecord {
  readonly kind: 'libcniHookV1';
  readonly id: string;
  readonly bundle: string;
  /** The file that keeps the namespace. */
  readonly netns: string;
  /** The number of the namespace; empty where nobody knows it any more. */
  readonly inode: string;
  /** What was attached; absent until all of it is. */
  readonly networks?: readonly Pick<AttachedNetwork, 'name' | 'ifName'>[] | undefined;
}

/** The records of hooks, a file a container. */
export class HookRecords {
  readonly #folder: string;
  readonly #pinDir: string;

  constructor(folder: string, pinDir: string) {
    this.#folder = folder;
    this.#pinDir = pinDir;
  }

  /** The file that keeps the namespace of a container. */
  pinOf(id: string): string {
    return join(this.#pinDir, `${PIN_PREFIX}${id}`);
  }

  /** The result file of a container. */
  fileOf(id: string): string {
    return join(this.#folder, `${id}${SUFFIX}`);
  }

  /**
   * What is recorded. Of a file that a power failure has cut short, what follows from the container's id.
   *
   * @throws LibcniError `ERR_CACHE` where the file cannot be read
   */
  read(id: string): HookRecord | undefined {
    const file = this.fileOf(id);
    const text = this.#readText(file);
    if (text === undefined) return undefined;
    try {
      return parseChecked(recordSchema, text, { what: 'the record of a hook', file });
    } catch {
      return { kind: 'libcniHookV1', id, bundle: '', netns: this.pinOf(id), inode: '' };
    }
  }

  #readText(file: string): string | undefined {
    try {
      return readLocalFile(file).toString('utf8');
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return undefined;
      throw recordFailure('read', file, cause);
    }
  }

  /**
   * Writes a record, whole. Not synced: a power failure ends the container too, and the journal of the operator is.
   *
   * @throws LibcniError `ERR_CACHE`
   */
  async write(record: HookRecord): Promise<void> {
    const file = this.fileOf(record.id);
    const data = `${JSON.stringify(record, null, 2)}\n`;
    try {
      await writeFileAtomic({ file, data, mode: 0o600, dirMode: 0o700, sync: false });
    } catch (cause) {
      throw recordFailure('write', file, cause);
    }
  }

  /** Fine where there is none. @throws LibcniError `ERR_CACHE` */
  async remove(id: string): Promise<void> {
    const file = this.fileOf(id);
    await unlink(file).catch((cause: unknown) => {
      if (!hasCode(cause, 'ENOENT')) throw recordFailure('remove', file, cause);
    });
  }

  /** The ids of the containers that have a record, sorted. @throws LibcniError `ERR_CACHE` */
  async ids(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((cause: unknown) => {
      if (hasCode(cause, 'ENOENT')) return [];
      throw recordFailure('list', this.#folder, cause);
    });
    const files = names.filter((name) => name.endsWith(SUFFIX) && !name.startsWith('.'));
    return files.map((name) => name.slice(0, -SUFFIX.length)).sort();
  }
}

function recordFailure(doing: string, file: string, cause: unknown): LibcniError {
  const summary = `cannot ${doing} the record of a hook: ${reasonOf(cause)}`;
  return new LibcniError(codeForCause(cause, 'ERR_CACHE'), summary, { cause, file });
}
