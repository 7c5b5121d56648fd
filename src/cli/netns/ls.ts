import { listNetns } from '../../netns/index.js';
import { findNetnsUsers } from '../../netns/netns-users.js';
import { endSignal } from '../options/limits.js';
import { show } from '../output/table.js';
import type { NetnsCommandOptions } from './options.js';

/** Lists the namespaces of a folder. */
export async function ls({ dir, json }: NetnsCommandOptions): Promise<void> {
  const signal = endSignal();
  const entries = await listNetns(dir, { signal });
  const users = entries.length === 0 ? undefined : await findNetnsUsers(signal);
  const found = entries.map(({ name, path, kind, inode }) => {
    const processes = inode === undefined ? [] : (users?.processes.get(inode) ?? []);
    return { name, path, kind, inode, processes };
  });
  await show(json, found, {
    columns: ['NAME', 'KIND', 'INODE', 'PROCESSES', 'PATH'],
    rows: found.map(({ name, kind, inode, processes, path }) => {
      return [name, kind, String(inode ?? ''), String(processes.length), path];
    }),
    nothing: 'there are no namespaces',
  });
}
