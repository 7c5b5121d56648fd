import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LibcniError } from '../errors/libcni-error.js';
import { hasCode } from '../errors/system-error.js';
import { readLocalFile } from '../files/read-local-file.js';
import { writeFileAtomic } from '../files/write-file-atomic.js';
import type { AttachedNetwork } from '../operator/index.js';
import { parseChecked } from './check-json.js';

const SUFFIX = '.json';

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
  /** The number of the namespace. */
  readonly inode: string;
  /** What was attached; absent until all of it is. */
  readonly networks?: readonly Pick<AttachedNetwork, 'name' | 'ifName'>[] | undefined;
}

/** The records of hooks, a file a container. */
export class HookRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The result file of a container. */
  fileOf(id: string): string {
    return join(this.#folder, `${id}${SUFFIX}`);
  }

  /** @throws LibcniError `ERR_CACHE` where there is a file and it cannot be read */
  read(id: string): HookRecord | undefined {
    const file = this.fileOf(id);
    try {
      const text = readLocalFile(file).toString('utf8');
      return parseChecked(recordSchema, text, { what: 'the record of a hook', file });
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return undefined;
      throw recordFailure('read', file, cause);
    }
  }

  /** @throws LibcniError `ERR_CACHE` */
  async write(record: HookRecord): Promise<void> {
    const file = this.fileOf(record.id);
    const data = `${JSON.stringify(record, null, 2)}\n`;
    try {
      await writeFileAtomic({ file, data, mode: 0o600, dirMode: 0o700 });
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
  const why =
    cause instanceof LibcniError ? cause.summary : cause instanceof Error ? cause.message : String(cause);
  return new LibcniError('ERR_CACHE', `cannot ${doing} the record of a hook: ${why}`, { cause, file });
}
