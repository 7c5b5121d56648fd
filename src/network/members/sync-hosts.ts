import { join } from 'node:path';
import { hasCode } from '../../errors/system-error.js';
import { type HostsEntry, setHosts } from '../../etc/index.js';
import { mapLimited } from '../../files/map-limited.js';
import { withFileLock } from '../../files/with-file-lock.js';
import type { AttachmentInfo } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { Member } from './member-files.js';

const AT_A_TIME = 16;

/** Where the library keeps the hosts file of a container. */
export function ownHostsFile({ stateDir }: Pick<NetworksContext, 'stateDir'>, id: string): string {
  return join(stateDir, 'containers', id, 'hosts');
}

/**
 * Updates the hosts files of all containers on a network, each with the names of all. This also completes the work of a
 * process that was interrupted.
 */
export async function syncHosts(
  context: NetworksContext,
  network: string,
  limits: NetworkLimits,
): Promise<void> {
  const lock = join(context.stateDir, 'locks', network);
  await withFileLock(lock, () => syncNow(context, network, limits), { ...limits, dirMode: 0o700 });
}

async function syncNow(
  { members, operator }: NetworksContext,
  network: string,
  limits: NetworkLimits,
): Promise<void> {
  const [known, attached] = await Promise.all([members.list(network), operator.list({ network })]);
  const there = known.flatMap((member) => {
    const found = attached.find(({ id, ifName }) => id === member.id && ifName === member.ifName);
    return found ? [{ member, found }] : [];
  });
  const entries = there.flatMap(({ member, found }) => entriesOf(member, found));
  await mapLimited(there, AT_A_TIME, async ({ member: { hostsFile } }) => {
    await writeEntries(hostsFile, entries, { owner: network, limits });
  });
}

function entriesOf({ names }: Member, { ipv4, ipv6 }: AttachmentInfo): HostsEntry[] {
  return [...ipv4, ...ipv6].map((address) => ({ address, names }));
}

interface HostsWrite {
  readonly owner: string;
  readonly limits: NetworkLimits;
}

/** If the container's folder was removed meanwhile, there is nothing to do. */
async function writeEntries(
  file: string,
  entries: readonly HostsEntry[],
  { owner, limits }: HostsWrite,
): Promise<void> {
  try {
    await setHosts(file, entries, { owner, ...limits });
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}
