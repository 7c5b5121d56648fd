import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type * as z from 'zod';
import { folderField, functionField, keys, optional } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseArgument, parseOptions } from '../../arguments/parse-argument.js';
import type { ConfFault } from './conf-fault.js';
import type { ConfListing, ConfSource } from './conf-source.js';
import { FolderWatch } from './folder-watch.js';
import { isHalfWritten } from './half-written.js';
import { type FolderLoad, loadFolder } from './load-folder.js';
import { timingFields, type WatchTiming, type WatchTimingOptions, watchTiming } from './watch-timing.js';

/** Milliseconds between two readings of a file that is being written. */
const HALF_WRITTEN_WAIT_MS = 100;

/** After that long, an incomplete file is reported instead of waiting for its writer. */
const LONGEST_WRITE_MS = 10_000;

/** Which files of a folder count, and how to watch it. */
export interface FolderSourceOptions extends WatchTimingOptions {
  /** Whether a file of this name is a configuration. @default every file is */
  readonly filter?: ((fileName: string) => boolean) | undefined;
}

/** The options, in the arguments of a call. */
export const folderFields = lazy(() => ({
  ...timingFields(),
  filter: optional(functionField<(fileName: string) => boolean>()),
}));

const optionsSchema = lazy(() => keys(folderFields()) satisfies z.ZodType<FolderSourceOptions>);

/**
 * The networks in the files of a folder: `.conflist`, `.conf` and `.json`, in byte order of their names. A missing
 * folder holds none; an unreadable folder counts as unavailable.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for invalid options
 */
export function folderSource(dir: string, options?: FolderSourceOptions): ConfSource {
  const folder = resolve(parseArgument(folderField(), dir, 'dir'));
  return new FolderSource(folder, parseOptions(optionsSchema(), options));
}

class FolderSource implements ConfSource {
  readonly name: string;
  readonly #filter: (fileName: string) => boolean;
  readonly #timing: WatchTiming;
  #watch: FolderWatch | undefined;

  constructor(dir: string, options: FolderSourceOptions) {
    this.name = dir;
    this.#filter = options.filter ?? (() => true);
    this.#timing = watchTiming(options);
  }

  async list({ signal }: { readonly signal: AbortSignal }): Promise<ConfListing> {
    const end = performance.now() + LONGEST_WRITE_MS;
    let listing = await this.#read();
    while (!signal.aborted && performance.now() < end && (await isHalfWritten(listing.faults))) {
      await setTimeout(HALF_WRITTEN_WAIT_MS);
      listing = await this.#read();
    }
    return listing;
  }

  watch(onChange: () => void): void {
    this.#watch = new FolderWatch({ ...this.#timing, onChange, subfolders: true }, [this.name]);
  }

  problems(): readonly ConfFault[] {
    return this.#watch?.faults ?? [];
  }

  async close(): Promise<void> {
    this.#watch?.close();
  }

  async #read(): Promise<FolderLoad> {
    await this.#watch?.beforeRead();
    const listing = await loadFolder(this.name, this.#filter);
    await this.#watch?.afterRead();
    return listing;
  }
}
