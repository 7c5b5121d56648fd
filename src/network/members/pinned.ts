import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { ensureFolder } from '../../files/folders.js';
import {
  isNetns,
  type Netns,
  openNetns,
  openNetnsOfProcess,
  pinNetns,
  removeNetns,
} from '../../netns/index.js';
import type { AttachmentInfo } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';

/** A namespace that is kept by a file, whatever becomes of the process that it was found with. */
export interface PinnedNetns {
  readonly netns: string;
  readonly pinned: { readonly path: string; readonly remove: () => Promise<void> } | undefined;
}

/**
 * Gives the network namespace of a process a file.
 *
 * @throws LibcniError `ERR_NOT_FOUND` where there is no such process, `ERR_IN_USE` where the container is attached in another
 * namespace, `ERR_NETNS`, `ERR_PERMISSION`
 */
export async function pinProcess(
  { stateDir, operator }: NetworksContext,
  { id, pid }: { readonly id: string; readonly pid: number },
  limits: NetworkLimits,
): Promise<PinnedNetns> {
  const source = await openNetnsOfProcess(pid, limits);
  const folder = join(stateDir, 'netns');
  const path = join(folder, id);
  const kept = await keptNetns(path);
  // A second network of the container finds the namespace of the first there.
  if (kept !== undefined && isSame(kept, source))
    return { netns: path, pinned: { path, remove: async () => {} } };
  if (kept !== undefined) {
    refuseAttached(await operator.list({ id }), { id, pid });
    // That of an earlier container, whose end nobody told.
    await removeNetns(path);
  }
  await ensureFolder(folder, 0o755);
  await pinNetns(pid, { path, ...limits });
  return { netns: path, pinned: { path, remove: () => unpin(path) } };
}

async function keptNetns(path: string): Promise<Netns | undefined> {
  return (await isNetns(path)) ? await openNetns(path) : undefined;
}

function isSame(one: Netns, other: Netns): boolean {
  return one.inode === other.inode && one.device === other.device;
}

/** What is attached in the namespace that is kept can be taken down in there alone. */
function refuseAttached(
  attached: readonly AttachmentInfo[],
  { id, pid }: { readonly id: string; readonly pid: number },
): void {
  const [first] = attached;
  if (first === undefined) return;
  const summary = `container ${id} is attached to network ${first.network} in another network namespace than that of process ${pid}; disconnect it first`;
  const { network, ifName } = first;
  throw new LibcniError('ERR_IN_USE', summary, { value: pid, containerId: id, network, ifName });
}

/** Takes the file of a namespace away. */
export async function unpin(path: string): Promise<void> {
  await removeNetns(path);
}
