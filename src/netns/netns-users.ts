import { readlinkSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { giveWay } from '../files/give-way.js';
import { readMounts } from './mount-table.js';
import { netnsInode, parseNetnsLink } from './netns-entry.js';

/** Who uses which network namespace, as far as this process may see. */
export interface NetnsUsers {
  /** The processes that have a thread in a namespace, or a descriptor that holds it, by the namespace's number. */
  readonly processes: ReadonlyMap<bigint, readonly number[]>;
  /** The paths of network namespaces in the mount namespaces that processes live in. */
  readonly mountPoints: ReadonlySet<string>;
}

/**
 * Looks at every process. Those that may not be looked at, which root has none of, count as users of nothing.
 *
 * @throws the reason of `signal` once that is aborted
 */
export async function findNetnsUsers(signal?: AbortSignal): Promise<NetnsUsers> {
  const pids = (await namesIn('/proc')).map(Number).filter(Number.isInteger);
  const mountPoints = await findMountPoints(pids);
  const processes = new Map<bigint, number[]>();
  for (const pid of pids) {
    signal?.throwIfAborted();
    for (const inode of new Set([...(await threadsOf(pid)), ...(await descriptorsOf(pid, mountPoints))]))
      processes.set(inode, [...(processes.get(inode) ?? []), pid]);
  }
  return { processes, mountPoints };
}

/** One table for each mount namespace. */
async function findMountPoints(pids: readonly number[]): Promise<Set<string>> {
  const seen = new Set<string>();
  const mountPoints = new Set<string>();
  for (const pid of pids) {
    const namespace = attempt(() => readlinkSync(`/proc/${pid}/ns/mnt`));
    if (namespace === undefined || seen.has(namespace)) continue;
    const table = attempt(() => readMounts(pid));
    if (table !== undefined) seen.add(namespace);
    for (const mount of table?.mounts ?? [])
      if (netnsInode(mount) !== undefined) mountPoints.add(mount.mountPoint);
    await giveWay();
  }
  return mountPoints;
}

async function threadsOf(pid: number): Promise<bigint[]> {
  return await inodesOf(`/proc/${pid}/task`, (thread) =>
    parseNetnsLink(attempt(() => readlinkSync(`${thread}/ns/net`)) ?? ''),
  );
}

async function descriptorsOf(pid: number, mountPoints: ReadonlySet<string>): Promise<bigint[]> {
  return await inodesOf(`/proc/${pid}/fd`, (descriptor) => openNamespace(descriptor, mountPoints));
}

/** A process may have very many of either. */
async function inodesOf(folder: string, look: (path: string) => bigint | undefined): Promise<bigint[]> {
  const inodes: bigint[] = [];
  for (const name of await namesIn(folder)) {
    const inode = look(`${folder}/${name}`);
    if (inode !== undefined) inodes.push(inode);
    await giveWay();
  }
  return inodes;
}

/**
 * The link of a descriptor names the namespace, or the path by which it was opened; `/` where that is mounted no more.
 * Other files are not looked at: that can take for ever where they are on a machine that does not answer.
 */
function openNamespace(descriptor: string, mountPoints: ReadonlySet<string>): bigint | undefined {
  const link = attempt(() => readlinkSync(descriptor)) ?? '';
  if (link !== '/' && !mountPoints.has(link)) return parseNetnsLink(link);
  return attempt(() => statSync(descriptor, { bigint: true }).ino);
}

/** Not in this thread: the kernel alone takes long where there are many. */
async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** Processes end while they are looked at, and those of others may not be looked at. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
