import { lstat } from 'node:fs/promises';
import { hasCode } from '../errors/system-error.js';
import type { NetnsEntry } from './netns-entry.js';
import { isLinkName } from './netns-link.js';
import type { NetnsUsers } from './netns-users.js';

/**
 * Why an entry is no leftover:
 * - `foreign`: it is no namespace, and no file of one;
 * - `processes`: processes live in it or hold it open;
 * - `mounted elsewhere`: in another mount namespace it is a namespace;
 * - `leads somewhere`: a link to something that is there;
 * - `in use`: the caller says so;
 * - `being made`: an empty file that somebody is making a namespace on.
 */
export type NetnsKeepReason =
  | 'foreign'
  | 'processes'
  | 'mounted elsewhere'
  | 'leads somewhere'
  | 'in use'
  | 'being made';

/** An entry with what is known of its use. */
export interface ReapCandidate {
  readonly entry: NetnsEntry;
  readonly realPath: string;
  readonly users: NetnsUsers;
  readonly inUse?: ((entry: NetnsEntry) => boolean | Promise<boolean>) | undefined;
}

/** Why the entry must stay; `undefined` where it is a leftover. */
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
