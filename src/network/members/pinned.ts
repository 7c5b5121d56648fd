import { join } from 'node:path';
import { ensureDir } from 'fs-extra/esm';
import {
  isNetns,
  type Netns,
  openNetns,
  openNetnsOfProcess,
  pinNetns,
  removeNetns,
} from '../../netns/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';

/** A namespace that is kept by a file, whatever becomes of the process that it was found with. */
export interface PinnedNetns {
  readonly netns: string;
  readonly pinned: { readonly path: string; readonly remove: () => Promise<void> } | undefined;
}

/**
 * Gives the network namespace of a process a file.
 *
 * @throws LibcniError `ERR_NOT_FOUND` where there is no such process, `ERR_NETNS`, `ERR_PERMISSION`
 */
export async function pinProcess(
  { stateDir }: NetworksContext,
  { id, pid }: { readonly id: string; readonly pid: number },
  limits: NetworkLimits,
): Promise<PinnedNetns> {
  const source = await openNetnsOfProcess(pid, limits);
  const folder = join(stateDir, 'netns');
  const path = join(folder, id);
  // A second network of the container finds the namespace of the first there.
  if (await isKept(path, source)) return { netns: path, pinned: { path, remove: async () => {} } };
  await ensureDir(folder, 0o755);
  await pinNetns(pid, { path, ...limits });
  return { netns: path, pinned: { path, remove: () => unpin(path) } };
}

/** A file of another namespace is that of an earlier container, whose end nobody told. */
async function isKept(path: string, source: Netns): Promise<boolean> {
  if (!(await isNetns(path))) return false;
  const { inode, device } = await openNetns(path);
  if (inode === source.inode && device === source.device) return true;
  await removeNetns(path);
  return false;
}

/** Takes the file of a namespace away. */
export async function unpin(path: string): Promise<void> {
  await removeNetns(path);
}
