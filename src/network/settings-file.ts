import { LibcniError } from '../errors/libcni-error.js';
import { asError, hasCode } from '../errors/system-error.js';
import { readRegularFile } from '../files/read-local-file.js';
import { writeFileAtomic } from '../files/write-file-atomic.js';
import { type NetworkSettings, networkSettingsSchema } from './settings.js';

/** iSulad's name for the file. */
export const SETTINGS_FILE = 'network_settings.json';

/**
 * Writes network settings atomically.
 *
 * @param options - `sync`: whether they survive a power failure; true by default
 * @throws LibcniError `ERR_CACHE`
 */
export async function writeNetworkSettings(
  file: string,
  settings: NetworkSettings,
  { sync = true }: { readonly sync?: boolean | undefined } = {},
): Promise<void> {
  const data = `${JSON.stringify(settings, undefined, 2)}\n`;
  try {
    await writeFileAtomic({ file, data, mode: 0o640, dirMode: 0o700, sync });
  } catch (cause) {
    const summary = `the network settings cannot be written: ${asError(cause).message}`;
    throw new LibcniError('ERR_CACHE', summary, { file, cause });
  }
}

/**
 * Reads network settings, those of iSulad included; `undefined` if the file is missing or empty; iSulad
 * leaves it empty in the host network.
 *
 * @throws LibcniError `ERR_CACHE` if the file cannot be read or does not hold network settings
 */
export function readNetworkSettings(file: string): NetworkSettings | undefined {
  try {
    const text = readRegularFile(file).toString('utf8');
    return text.trim() === '' ? undefined : networkSettingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    const summary = `the network settings cannot be read: ${asError(cause).message}`;
    throw new LibcniError('ERR_CACHE', summary, { file, cause });
  }
}
