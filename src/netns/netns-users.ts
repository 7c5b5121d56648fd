import { readdirSync, readlinkSync } from 'node:fs';
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

/** Looks at every process. Those that may not be looked at, which root has none of, count as users of nothing. */
export async function findNetnsUsers(): Promise<NetnsUsers> {
  const processes = new Map<bigint, number[]>();
  const mountNamespaces = new Map<string, number>();
  for (const pid of namesIn('/proc').map(Number).filter(Number.isInteger)) {
    for (const inode of namespacesOf(pid)) processes.set(inode, [...(processes.get(inode) ?? []), pid]);
    const mountNamespace = readLinkOrNothing(`/proc/${pid}/ns/mnt`);
    if (mountNamespace !== undefined) mountNamespaces.set(mountNamespace, pid);
    await giveWay();
  }
  return { processes, mountPoints: new Set([...mountNamespaces.values()].flatMap(netnsMountPoints)) };
}

function namespacesOf(pid: number): Set<bigint> {
  const threads = namesIn(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/ns/net`);
  const descriptors = namesIn(`/proc/${pid}/fd`).map((descriptor) => `/proc/${pid}/fd/${descriptor}`);
  const found = new Set<bigint>();
  for (const path of [...threads, ...descriptors]) {
    const inode = parseNetnsLink(readLinkOrNothing(path) ?? '');
    if (inode !== undefined) found.add(inode);
  }
  return found;
}

function netnsMountPoints(pid: number): string[] {
  try {
    const { mounts } = readMounts(pid);
    return mounts.filter((mount) => netnsInode(mount) !== undefined).map(({ mountPoint }) => mountPoint);
  } catch {
    return [];
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Processes end while they are looked at. */
function readLinkOrNothing(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
