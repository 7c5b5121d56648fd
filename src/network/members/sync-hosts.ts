import { join } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError, hasCode } from '../../errors/system-error.js';
import { type HostsEntry, setHosts } from '../../etc/index.js';
import { mapLimited } from '../../files/map-limited.js';
import type { LibcniWarning } from '../../libcni/index.js';
import { type AttachmentInfo, stateOptionsFor } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { Member, MemberKey } from './member-files.js';

const AT_A_TIME = 16;

/** Where the library keeps the hosts file of a container. */
export function ownHostsFile({ stateDir }: Pick<NetworksContext, 'stateDir'>, id: string): string {
  return join(stateDir, 'containers', id, 'hosts');
}

/** Which hosts files to update. */
export interface HostsSync {
  readonly network: string;
  /** The container that joins the network: a failure with its file is an error. */
  readonly self?: MemberKey | undefined;
}

/**
 * Updates the hosts files of all containers on a network, each with the names of all. This also completes the work of a
 * process that was interrupted. The caller must hold the lock.
 *
 * @returns warnings about the files of other containers
 */
export async function syncHosts(
  context: NetworksContext,
  { network, self }: HostsSync,
  limits: NetworkLimits,
): Promise<LibcniWarning[]> {
  const { members, operator } = context;
  const [known, attached] = await Promise.all([members.list(network), operator.list({ network })]);
  const there = known.flatMap((member) => {
    const found = attached.find(({ id, ifName }) => id === member.id && ifName === member.ifName);
    return found ? [{ member, found }] : [];
  });
  const entries = there.flatMap(({ member, found }) => entriesOf(member, found));
  const warnings: LibcniWarning[] = [];
  await mapLimited(there, AT_A_TIME, async ({ member }) => {
    try {
      await writeHosts(context, { member, network, entries }, limits);
    } catch (error) {
      const isOwn = member.id === self?.id && member.ifName === self.ifName;
      if (isOwn || limits.signal?.aborted) throw error;
      warnings.push(fileWarning({ network, member, file: member.hostsFile }, error));
    }
  });
  return warnings;
}

function entriesOf({ names }: Member, { ipv4, ipv6 }: AttachmentInfo): HostsEntry[] {
  return [...ipv4, ...ipv6].map((address) => ({ address, names }));
}

/** The lines of a network in the hosts file of a container. */
interface HostsWrite {
  readonly member: Member;
  readonly network: string;
  readonly entries: readonly HostsEntry[];
}

/** If the container's folder was removed meanwhile, there is nothing to do. */
export async function writeHosts(
  { operator }: Pick<NetworksContext, 'operator'>,
  { member: { hostsFile, ownsHostsFile }, network, entries }: HostsWrite,
  limits: NetworkLimits,
): Promise<void> {
  // Only a file of the caller may be a link.
  const { onSetAside } = stateOptionsFor(operator, undefined);
  const options = { owner: network, followLinks: !ownsHostsFile, onSetAside };
  try {
    await setHosts(hostsFile, entries, { ...limits, ...options });
  } catch (error) {
    if (!(error instanceof LibcniError) || !hasCode(error.cause, 'ENOENT', 'ENOTDIR')) throw error;
  }
}

/** A file that a container has in `/etc`. */
interface MemberFile {
  readonly network: string;
  readonly member: MemberKey;
  readonly file: string;
}

/** The warning about a container's file that could not be updated. */
export function fileWarning(
  { network, member: { id: containerId, ifName }, file }: MemberFile,
  cause: unknown,
): LibcniWarning {
  const why = isOwnError(cause) ? cause.summary : asError(cause).message;
  const message = `${file} of container ${containerId} is not up to date: ${why}`;
  return { code: 'HOSTS_FILE_NOT_WRITTEN', message, network, containerId, ifName, file, cause };
}
