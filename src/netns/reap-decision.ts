import { lstat } from 'node:fs/promises';
import { hasCode } from '../errors/system-error.js';
import type { NetnsEntry } from './netns-entry.js';
import { isLinkName } from './netns-link.js';
import type { NetnsUsers } from './netns-users.js';

/**
 * Why an entry is not a leftover:
 * - `foreign`: it is neither a namespace nor the file of one;
 * - `processes`: processes run in it or hold it open;
 * - `mounted elsewhere`: it is a namespace in another mount namespace;
 * - `leads somewhere`: a link to something that exists;
 * - `in use`: the caller says so;
 * - `being made`: an empty file on which somebody is creating a namespace.
 */
export type NetnsKeepReason =
  | 'foreign'
  | 'processes'
  | 'mounted elsewhere'
  | 'leads somewhere'
  | 'in use'
  | 'being made';

/** An entry with what is known about its use. */
export interface ReapCandidate {
  readonly entry: NetnsEntry;
  readonly realPath: string;
  readonly users: NetnsUsers;
  readonly inUse?: ((entry: NetnsEntry) => boolean | Promise<boolean>) | undefined;
}

/** Why the entry must stay; `undefined` if it is a leftover. */
export async function keepReason(
  candidate: ReapCandidate,
): Promise<{ reason: NetnsKeepReason; processes?: readonly number[] } | undefined> {
  const { entry, inUse } = candidate;
  const processes = processesIn(candidate);
  if (processes.length > 0) return { reason: 'processes', processes };
  const reason = await reasonOfKind(candidate);
  if (reason !== undefined) return { reason };
  return (await inUse?.(entry)) ? { reason: 'in use' } : undefined;
}

function processesIn({ entry, users }: ReapCandidate): number[] {
  const inodes = entry.inode === undefined ? [] : [entry.inode, ...entry.covered];
  return [...new Set(inodes.flatMap((inode) => users.processes.get(inode) ?? []))].sort((a, b) => a - b);
}

async function reasonOfKind({ entry, realPath, users }: ReapCandidate): Promise<NetnsKeepReason | undefined> {
  const { kind, name, target } = entry;
  if (kind === 'foreign') return 'foreign';
  if (kind === 'empty') return users.mountPoints.has(realPath) ? 'mounted elsewhere' : undefined;
  if (target === undefined) return undefined;
  if (!isLinkName(name)) return 'foreign';
  return (await isThere(target)) ? 'leads somewhere' : undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    return !hasCode(error, 'ENOENT', 'ENOTDIR');
  }
}
