import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { LibcniError } from '../index.js';

/** How a recorded run ended. */
export type RecordedOutcome =
  /** It succeeded. */
  | { readonly stdout: string }
  /** It failed, and the plugin or the library said why. */
  | { readonly error: Readonly<Record<string, unknown>> };

/** One run of a plugin, in a file of its own. */
export interface Recording {
  readonly plugin: string;
  readonly verb: string;
  readonly containerId: string;
  readonly ifName: string;
  /** What the plugin read. */
  readonly config: unknown;
  readonly outcome: RecordedOutcome;
}

const recordingSchema = lazy<z.ZodType<Recording>>(() =>
  z.object({
    plugin: z.string(),
    verb: z.string(),
    containerId: z.string(),
    ifName: z.string(),
    config: z.unknown(),
    outcome: z.union([
      z.object({ stdout: z.string() }),
      z.object({ error: z.record(z.string(), z.unknown()) }),
    ]),
  }),
);

const NAME = /^\d{4,}-.*\.json$/;

/** The name of a recording's file. The names sort in the order of the calls. */
export function recordingName(index: number, { verb, plugin }: Pick<Recording, 'verb' | 'plugin'>): string {
  return `${String(index).padStart(4, '0')}-${verb}-${plugin}.json`;
}

/** The files of recordings in a folder, in order; empty if the folder does not exist. Throws a LibcniError if it cannot be read. */
export async function recordingFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    const summary = `the folder of recordings cannot be read: ${error.message}`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { file: folder, cause: error });
  });
  const index = (name: string) => Number.parseInt(name, 10);
  return names.filter((name) => NAME.test(name)).sort((one, other) => index(one) - index(other));
}

/**
 * Reads the recordings of a folder, in order.
 *
 * @throws LibcniError `ERR_CONF_NOT_FOUND` if there are none, `ERR_CONF_INVALID` for a file that is not a recording
 */
export async function readRecordings(folder: string): Promise<Recording[]> {
  const files = (await recordingFiles(folder)).map((name) => join(folder, name));
  if (files.length === 0) {
    const summary = 'there are no recordings: write some with recordPlugins, or use another folder';
    throw new LibcniError('ERR_CONF_NOT_FOUND', summary, { file: folder });
  }
  return await Promise.all(files.map(readRecording));
}

async function readRecording(file: string): Promise<Recording> {
  try {
    return recordingSchema().parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new LibcniError('ERR_CONF_INVALID', `not a recording of a plugin run: ${why}`, { file, cause });
  }
}
