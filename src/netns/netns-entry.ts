import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Mount, MountTable } from './mount-table.js';

/**
 * What a file in a folder of namespaces is:
 * - `mounted`: a network namespace;
 * - `stacked`: more than one, mounted over each other, of which the uppermost counts;
 * - `empty`: an empty file that nobody may write to, which is what a reboot leaves;
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
  /** The number of the namespace, where `kind` is `mounted` or `stacked`. */
  readonly inode: bigint | undefined;
  /** The numbers of the namespaces that lie under it. */
  readonly covered: readonly bigint[];
  /** The absolute path that a link leads to, be there anything or not. */
  readonly target: string | undefined;
}

/** Where an entry is looked for. */
export interface EntryPlace {
  readonly name: string;
  readonly path: string;
  /** The same path without symbolic links in its folder. */
  readonly realPath: string;
}

/** What is at a path; `undefined` where there is nothing. */
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

/** The number of the network namespace that is mounted; `undefined` where it is something else. */
export function netnsInode({ type, root }: Mount): bigint | undefined {
  return type === 'nsfs' ? parseNetnsLink(root) : undefined;
}

/** The number in `net:[4026531840]`. */
export function parseNetnsLink(text: string): bigint | undefined {
  const [, digits] = /^net:\[(\d+)\]$/.exec(text) ?? [];
  return digits === undefined ? undefined : BigInt(digits);
}

/** The files of namespaces are writable for nobody; an empty one that is belongs to somebody else. */
function isEmptyFile(stats: Stats): boolean {
  return stats.isFile() && stats.size === 0 && (stats.mode & 0o222) === 0;
}
