import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** A namespace that is kept alive by a file, even when its process ends. */
export interface PinnedNetns {
  readonly netns: string;
  readonly pinned: { readonly path: string; readonly remove: () => Promise<void> } | undefined;
}

/**
 * Pins the network namespace of a process with a file.
 *
 * @throws LibcniError `ERR_NOT_FOUND` if there is no such process, `ERR_IN_USE` if the container is attached in another
 * namespace, `ERR_NETNS`, `ERR_PERMISSION`
 */
export async function pinProcess(
  { stateDir, operator }: NetworksContext,
  { id, pid }: { readonly id: string; readonly pid: number },
  limits: NetworkLimits,
): Promise<PinnedNetns> {
  const source = await openNetnsOfProcess(pid, limits);
  const path = pinOf(stateDir, id);
  const kept = await keptNetns(path);
  // For a second network, the container's namespace is already there.
  if (kept !== undefined && isSame(kept, source))
    return { netns: path, pinned: { path, remove: async () => {} } };
  if (kept !== undefined) {
    refuseAttached(await operator.list({ id }), { id, pid });
    // It belongs to an earlier container whose end was not reported.
    await removeNetns(path);
  }
  await ensureFolder(dirname(path), 0o755);
  await pinNetns(pid, { path, ...limits });
  return { netns: path, pinned: { path, remove: () => removeNetns(path) } };
}

async function keptNetns(path: string): Promise<Netns | undefined> {
  return (await isNetns(path)) ? await openNetns(path) : undefined;
}

function isSame(one: Netns, other: Netns): boolean {
  return one.inode === other.inode && one.device === other.device;
}

/** Attachments in the pinned namespace can only be removed there. */
function refuseAttached(
  attached: readonly AttachmentInfo[],
  { id, pid }: { readonly id: string; readonly pid: number },
): void {
  const [first] = attached;
  if (first === undefined) return;
  const summary = `container ${id} is attached to network ${first.network} in another network namespace than process ${pid}; disconnect it first`;
  const { network, ifName } = first;
  throw new LibcniError('ERR_IN_USE', summary, { value: pid, containerId: id, network, ifName });
}

/** Removes the file of a container's namespace, if there is one and nothing is attached in that namespace anymore. */
export async function unpin({ stateDir, operator }: NetworksContext, id: string): Promise<void> {
  const path = pinOf(stateDir, id);
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  const attached = await operator.list({ id });
  if (!attached.some(({ netns }) => netns === path)) await removeNetns(path);
}

function pinOf(stateDir: string, id: string): string {
  return join(stateDir, 'netns', id);
}
