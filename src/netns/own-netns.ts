import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LibcniError } from '../errors/libcni-error.js';
import { isOwnError } from '../errors/own-error.js';
import { HelperClient, type NetnsInfo, SpawnError } from '../platform/helper/index.js';
import { readHelperMounts } from './mount-table.js';
import { netnsInode } from './netns-entry.js';
import { fileFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { removeNetns } from './remove-netns.js';
import { abandoning } from './within-limits.js';

/** A namespace as it was when it was created or opened. */
export interface KnownNetns extends Pick<NetnsInfo, 'inode' | 'device' | 'cookie'> {
  readonly path: string;
}

/** Removes the namespace with everything mounted over it, unless it was replaced. */
export async function removeOwnNetns(own: KnownNetns, options: NetnsOptions): Promise<void> {
  if ((await isReplaced(own, options)) && !(await isCovered(own, options))) return;
  await removeNetns(own.path, options);
}

/** @throws LibcniError `ERR_NETNS` if it was replaced by another namespace; `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_HELPER` */
export async function refuseAnother(own: KnownNetns, options: NetnsOptions): Promise<void> {
  if (!(await isReplaced(own, options))) return;
  const summary = `the network namespace at ${own.path} was replaced by another one`;
  throw new LibcniError('ERR_NETNS', summary, { value: own.path });
}

async function isReplaced(
  known: KnownNetns,
  { helper = HelperClient.shared(), signal, timeoutMs }: NetnsOptions,
): Promise<boolean> {
  const { path } = known;
  const work = { doing: 'inspect network namespace', path, signal, timeoutMs };
  try {
    const found = await abandoning(work, (end) => helper.inspectNetns(path, { signal: end }));
    return found.isNetns && !isSame(found, known);
  } catch (error) {
    // If it cannot be inspected, the operation itself fails, or it is known to be gone.
    if (error instanceof SpawnError) return false;
    throw error;
  }
}

/** The kernel reuses inodes, but not cookies. */
function isSame(found: NetnsInfo, known: KnownNetns): boolean {
  const haveCookies = found.cookie !== 0n && known.cookie !== 0n;
  if (haveCookies) return found.cookie === known.cookie;
  return found.inode === known.inode && found.device === known.device;
}

/** Whether the namespace is still under another one that was mounted on its file. */
async function isCovered(
  { path, inode }: KnownNetns,
  { helper = HelperClient.shared(), signal, timeoutMs }: NetnsOptions,
): Promise<boolean> {
  const work = { doing: 'inspect network namespace', path, signal, timeoutMs };
  try {
    return await abandoning(work, async (end) => {
      const table = await readHelperMounts(helper, end);
      const mounts = table.at(join(await realpath(dirname(path)), basename(path)));
      const [uppermost, ...covered] = mounts.map(netnsInode);
      // If another one has its inode, it is gone: an inode is not reused before.
      return uppermost !== inode && covered.includes(inode);
    });
  } catch (error) {
    throw isOwnError(error) ? error : fileFailure('inspect', path, error);
  }
}
