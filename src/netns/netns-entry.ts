import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Mount, MountTable } from './mount-table.js';

/**
 * The kind of a file in a folder of namespaces:
 * - `mounted`: a network namespace;
 * - `stacked`: several, mounted over each other; the topmost counts;
 * - `empty`: an empty file that nobody may write to, as a reboot leaves it;
 * - `link`: a symbolic link;
 * - `foreign`: anything else.
 */
export type NetnsEntryKind = 'mounted' | 'stacked' | 'empty' | 'link' | 'foreign';

/** One entry of a folder of namespaces. */
export interface NetnsEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: NetnsEntryKind;
  /** How many mounts there are on the file. */
  readonly mounts: number;
  /** The inode of the namespace, if `kind` is `mounted` or `stacked`. */
  readonly inode: bigint | undefined;
  /** The inodes of the namespaces under it. */
  readonly covered: readonly bigint[];
  /** The absolute target of a link, whether or not it exists. */
  readonly target: string | undefined;
}

/** Where to look for an entry. */
export interface EntryPlace {
  readonly name: string;
  readonly path: string;
  /** The same path with symbolic links in its folder resolved. */
  readonly realPath: string;
}

/** The entry at a path; `undefined` if there is none. */
export function describeEntry(
  { name, path, realPath }: EntryPlace,
  table: MountTable,
): NetnsEntry | undefined {
  const mounts = table.at(realPath);
  const plain = { name, path, mounts: mounts.length, inode: undefined, covered: [], target: undefined };
  if (mounts.length > 0) return { ...plain, ...describeMounts(mounts) };
  const stats = lstatSync(realPath, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isSymbolicLink()) return { ...plain, kind: isEmptyFile(stats) ? 'empty' : 'foreign' };
  return { ...plain, kind: 'link', target: resolve(dirname(realPath), readlinkSync(realPath)) };
}

function describeMounts(mounts: readonly Mount[]): Pick<NetnsEntry, 'kind' | 'inode' | 'covered'> {
  const inodes = mounts.map(netnsInode).filter((inode) => inode !== undefined);
  if (inodes.length < mounts.length) return { kind: 'foreign', inode: undefined, covered: [] };
  return { kind: mounts.length > 1 ? 'stacked' : 'mounted', inode: inodes[0], covered: inodes.slice(1) };
}

/** The inode of the mounted network namespace; `undefined` if something else is mounted. */
export function netnsInode({ type, root }: Mount): bigint | undefined {
  return type === 'nsfs' ? parseNetnsLink(root) : undefined;
}

/** The number in `net:[4026531840]`. */
export function parseNetnsLink(text: string): bigint | undefined {
  const [, digits] = /^net:\[(\d+)\]$/.exec(text) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
}

/** Files of namespaces are not writable; a writable empty file belongs to somebody else. */
function isEmptyFile(stats: Stats): boolean {
  return stats.isFile() && stats.size === 0 && (stats.mode & 0o222) === 0;
}
