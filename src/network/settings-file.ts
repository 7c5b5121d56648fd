import type * as z from 'zod';
import { booleanField, keys, optional, pathField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument, parseOptions } from '../arguments/parse-argument.js';
import { stateFailure } from '../errors/state-failure.js';
import { hasCode } from '../errors/system-error.js';
import { readRegularFile } from '../files/read-local-file.js';
import { writeFileAtomic } from '../files/write-file-atomic.js';
import { type NetworkSettings, networkSettingsSchema } from './settings.js';

/** iSulad's name for the file. */
export const SETTINGS_FILE = 'network_settings.json';

/** How to write network settings. */
export interface WriteSettingsOptions {
  /** Whether they survive a power failure. @default true */
  readonly sync?: boolean | undefined;
}

const optionsSchema = lazy(
  () => keys({ sync: optional(booleanField()) }) satisfies z.ZodType<WriteSettingsOptions>,
);

/**
 * Writes network settings atomically.
 *
 * @throws LibcniError `ERR_CACHE`, `ERR_PERMISSION`; `ERR_CONF_INVALID` for invalid options
 */
export async function writeNetworkSettings(
  file: string,
  settings: NetworkSettings,
  options?: WriteSettingsOptions,
): Promise<void> {
  const { sync = true } = parseOptions(optionsSchema(), options);
  const data = `${JSON.stringify(settings, undefined, 2)}\n`;
  try {
    await writeFileAtomic({ file, data, mode: 0o640, dirMode: 0o700, sync });
  } catch (cause) {
    throw stateFailure('the network settings cannot be written', { file, cause });
  }
}

/**
 * Reads network settings, those of iSulad included; `undefined` if the file is missing or empty; iSulad
 * leaves it empty in the host network.
 *
 * @throws LibcniError `ERR_CACHE` if the file cannot be read or does not hold network settings; `ERR_PERMISSION`;
 * `ERR_CONF_INVALID` if it is not given a path
 */
export function readNetworkSettings(file: string): NetworkSettings | undefined {
  parseArgument(pathField(), file, 'file');
  try {
    const text = readRegularFile(file).toString('utf8');
    return text.trim() === '' ? undefined : networkSettingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw stateFailure('the network settings cannot be read', { file, cause });
  }
}
