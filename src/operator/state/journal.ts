import { mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LibcniError } from '../../errors/libcni-error.js';
import { writeFileAtomic } from '../../files/write-file-atomic.js';
import { createResult, type Result, type RuntimeConf } from '../../libcni/index.js';
import { type AttachmentKey, attachmentName } from './attachment-key.js';

const JOURNAL_KIND = 'libcniJournalV1';

const intentSchema = z.object({
  kind: z.literal(JOURNAL_KIND),
  network: z.string(),
  containerId: z.string(),
  ifName: z.string(),
  netns: z.string(),
  config: z.string(),
  args: z.array(z.tuple([z.string(), z.string()])).optional(),
  capabilityArgs: z.record(z.string(), z.unknown()).optional(),
  result: z.looseObject({}).optional(),
});

/** An ADD that was begun: all that a DEL needs. */
export interface Intent extends AttachmentKey {
  readonly netns: string;
  /** The text of the network's configuration. */
  readonly config: string;
  readonly args?: RuntimeConf['args'];
  readonly capabilityArgs?: RuntimeConf['capabilityArgs'];
  /** The last result, once there is one. */
  readonly result?: Result | undefined;
}

/** An intent as it is found, with its file. */
export interface FoundIntent {
  readonly file: string;
  /** Absent where the file cannot be read as an intent. */
  readonly intent: Intent | undefined;
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
      const data = format(intent);
      await writeFileAtomic({
        file,
        data,
        mode: 0o600,
        dirMode: 0o700,
        tempDir: await this.#madeTempFolder(),
      });
    });
  }

  /**
   * Notes how far an ADD has come. Not synced: what a power failure takes from the disk, it has taken from the kernel
   * too.
   */
  async progress(intent: Intent): Promise<void> {
    await this.#orFail(intent, async (file) => {
      const temp = join(
        await this.#madeTempFolder(),
        `${process.pid}-${intent.containerId}-${intent.ifName}`,
      );
      await writeFile(temp, format(intent), { mode: 0o600 });
      await rename(temp, file);
    });
  }

  /** Forgets an intent. */
  async end(intent: AttachmentKey): Promise<void> {
    await this.#orFail(intent, async (file) => {
      await unlink(file).catch(ignoreMissing);
    });
  }

  /** Every intent there is, in the order of their files. */
  async list(): Promise<FoundIntent[]> {
    const names = await readdir(this.#folder).catch(noneIfMissing);
    const found = names.filter((name) => name.endsWith('.json')).sort();
    return await Promise.all(found.map(async (name) => await readIntent(join(this.#folder, name))));
  }

  async #madeTempFolder(): Promise<string> {
    await mkdir(this.tempFolder, { recursive: true, mode: 0o700 });
    return this.tempFolder;
  }

  async #orFail(key: AttachmentKey, use: (file: string) => Promise<void>): Promise<void> {
    const file = join(this.#folder, `${attachmentName(key)}.json`);
    try {
      await use(file);
    } catch (cause) {
      const summary = `journal cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
      throw new LibcniError('ERR_CACHE', summary, { file, cause, ...key });
    }
  }
}

function format(intent: Intent): string {
  return JSON.stringify({ kind: JOURNAL_KIND, ...intent });
}

async function readIntent(file: string): Promise<FoundIntent> {
  try {
    const parsed = intentSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return { file, intent: parsed.success ? toIntent(parsed.data) : undefined };
  } catch {
    return { file, intent: undefined };
  }
}

function toIntent({ kind: _, result, ...intent }: z.infer<typeof intentSchema>): Intent {
  return { ...intent, result: result && createResult(JSON.stringify(result)) };
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

function noneIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
