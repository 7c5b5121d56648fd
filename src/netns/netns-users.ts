import { readlinkSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { giveWay } from '../files/give-way.js';
import { readMounts } from './mount-table.js';
import { netnsInode, parseNetnsLink } from './netns-entry.js';

/** The users of network namespaces, as far as this process may see. */
export interface NetnsUsers {
  /** The processes with a thread in a namespace, or a descriptor that holds it, by the namespace's inode. */
  readonly processes: ReadonlyMap<bigint, readonly number[]>;
  /** The paths of network namespaces in the mount namespaces of processes. */
  readonly mountPoints: ReadonlySet<string>;
}

/**
 * Inspects every process. Processes that may not be inspected count as users of nothing; root may inspect all.
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

/** A process may have very many threads and descriptors. */
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
 * The link of a descriptor names the namespace, or the path by which it was opened; `/` if that is no longer mounted.
 * Other files are not inspected: on a network file system that does not answer, that can take forever.
 */
function openNamespace(descriptor: string, mountPoints: ReadonlySet<string>): bigint | undefined {
  const link = attempt(() => readlinkSync(descriptor)) ?? '';
  if (link !== '/' && !mountPoints.has(link)) return parseNetnsLink(link);
  return attempt(() => statSync(descriptor, { bigint: true }).ino);
}

/** Asynchronous: with many entries, the kernel alone takes long. */
async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => []);
}

/** Processes may end while being inspected, and those of other users may be off limits. */
function attempt<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
