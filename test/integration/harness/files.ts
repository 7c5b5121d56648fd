import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** All files under a folder; none if the folder is missing. */
export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The leases in a data folder of host-local, without its lock and its position in each range, which stay forever. */
export async function leases(dataDir: string): Promise<string[]> {
  const files = await filesUnder(dataDir);
  return files.filter((file) => !/\/(lock|last_reserved_ip\.\d+)$/.test(file));
}
