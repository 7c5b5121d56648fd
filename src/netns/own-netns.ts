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

/** A namespace as it was when it was made or opened. */
export interface KnownNetns extends Pick<NetnsInfo, 'inode' | 'device' | 'cookie'> {
  readonly path: string;
}

/** Removes the namespace with all that is mounted over it, unless another one has taken its place. */
export async function removeOwnNetns(own: KnownNetns, options: NetnsOptions): Promise<void> {
  if ((await isReplaced(own, options)) && !(await isCovered(own, options))) return;
  await removeNetns(own.path, options);
}

/** @throws LibcniError `ERR_NETNS` where another namespace has taken its place; `ERR_ABORTED`, `ERR_TIMEOUT`, `ERR_HELPER` */
export async function refuseAnother(own: KnownNetns, options: NetnsOptions): Promise<void> {
  if (!(await isReplaced(own, options))) return;
  const summary = `another network namespace has taken the place of the one at ${own.path}`;
  throw new LibcniError('ERR_NETNS', summary, { value: own.path });
}

async function isReplaced(
  known: KnownNetns,
  { helper = HelperClient.shared(), signal, timeoutMs }: NetnsOptions,
): Promise<boolean> {
  const { path } = known;
  const work = { doing: 'look at network namespace', path, signal, timeoutMs };
  try {
    const found = await abandoning(work, (end) => helper.inspectNetns(path, { signal: end }));
    return found.isNetns && !isSame(found, known);
  } catch (error) {
    // What cannot be looked at is refused by what is to be done with it, or known to be gone.
    if (error instanceof SpawnError) return false;
    throw error;
  }
}

/** The kernel gives numbers again, but no cookie. */
function isSame(found: NetnsInfo, known: KnownNetns): boolean {
  const haveCookies = found.cookie !== 0n && known.cookie !== 0n;
  if (haveCookies) return found.cookie === known.cookie;
  return found.inode === known.inode && found.device === known.device;
}

/** Whether the namespace still lies under another one that was mounted on its file. */
async function isCovered(
  { path, inode }: KnownNetns,
  { helper = HelperClient.shared(), signal, timeoutMs }: NetnsOptions,
): Promise<boolean> {
  const work = { doing: 'look at network namespace', path, signal, timeoutMs };
  try {
    return await abandoning(work, async (end) => {
      const table = await readHelperMounts(helper, end);
      const mounts = table.at(join(await realpath(dirname(path)), basename(path)));
      const [uppermost, ...covered] = mounts.map(netnsInode);
      // Where another one has its number, it is gone: a number is not given again before.
      return uppermost !== inode && covered.includes(inode);
    });
  } catch (error) {
    throw isOwnError(error) ? error : fileFailure('look at', path, error);
  }
}
