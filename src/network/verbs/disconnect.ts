import { dirname } from 'node:path';
import { hasCode } from '../../errors/system-error.js';
import { removeNameservers } from '../../etc/index.js';
import { removeFolder } from '../../files/folders.js';
import type { LibcniWarning } from '../../libcni/index.js';
import { type PortMapping, passWarningOn } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { Member } from '../members/member-files.js';
import { unpin } from '../members/pinned.js';
import { fileWarning, ownHostsFile, syncHosts, writeHosts } from '../members/sync-hosts.js';
import { parseDisconnect } from '../requests/connect-request.js';
import { bringUpToDate } from '../store/bring-up-to-date.js';
import { findNetwork } from '../store/find-network.js';
import { withHostsLock } from '../store/state-lock.js';

/** Disconnects a container from a network. A container that is not connected, or a missing network, is fine. */
export async function disconnect(
  context: NetworksContext,
  given: unknown,
  limits: NetworkLimits,
): Promise<void> {
  const { network: reference = context.defaultNetwork, id, ifName, ports } = parseDisconnect(given);
  const network = await nameOf(context, reference);
  const [attached, members] = await Promise.all([
    context.operator.list({ network, id }),
    context.members.list(network),
  ]);
  const found = [...attached, ...members].filter(
    (one) => one.id === id && (ifName === undefined || one.ifName === ifName),
  );
  const interfaces = new Set(ifName === undefined ? found.map((one) => one.ifName) : [ifName]);
  if (interfaces.size === 0) await context.operator.detach({ id, networks: [{ name: network }] }, limits);
  for (const one of interfaces) await disconnectMember(context, { network, id, ifName: one, ports }, limits);
}

/** The configuration may be gone or broken; the container is disconnected anyway. */
async function nameOf(context: NetworksContext, reference: string): Promise<string> {
  try {
    const entry = await findNetwork(context, reference);
    await bringUpToDate(context, entry);
    return entry.summary.name;
  } catch (error) {
    if (hasCode(error, 'ERR_NOT_FOUND', 'ERR_CONF_INVALID')) return reference;
    throw error;
  }
}

/** Identifies one interface of a container on a network. */
export interface MemberOfNetwork {
  readonly network: string;
  readonly id: string;
  readonly ifName: string;
  /** For an attachment whose record is lost. */
  readonly ports?: readonly PortMapping[] | undefined;
}

/** Disconnects one interface of a container from a network, with everything that the library keeps about it. */
export async function disconnectMember(
  context: NetworksContext,
  { network, id, ifName, ports }: MemberOfNetwork,
  limits: NetworkLimits,
): Promise<void> {
  const { members, operator } = context;
  const known = await members.list(network);
  const member = known.find((one) => one.id === id && one.ifName === ifName);
  const [attached] = member?.resolvConf ? await operator.list({ network, id, ifName }) : [];
  const capabilityArgs = ports && { portMappings: ports };
  await operator.detach({ id, networks: [{ name: network, ifName, capabilityArgs }] }, limits);
  await members.remove(network, { id, ifName });
  // No container has a file for that network.
  if (known.length === 0) return await forgetIfLast(context, id);
  const run = async () => {
    const left = member && { network, member, gateways: attached?.gateways ?? [] };
    const warnings = left ? await leaveFiles(context, left, limits) : [];
    await forgetIfLast(context, id);
    const isAlone = known.every((one) => one === member);
    return isAlone ? warnings : [...warnings, ...(await syncHosts(context, { network }, limits))];
  };
  for (const warning of await withHostsLock(context, network, { run, limits }))
    passWarningOn(operator, warning);
}

interface Left {
  readonly network: string;
  readonly member: Member;
  readonly gateways: readonly string[];
}

/** Removes the lines of a network from the files of a container that leaves it. The files may be gone or damaged. */
async function leaveFiles(
  context: NetworksContext,
  { network, member, gateways }: Left,
  limits: NetworkLimits,
): Promise<LibcniWarning[]> {
  const { hostsFile, resolvConf } = member;
  const warnings: LibcniWarning[] = [];
  const change = async (file: string, write: () => Promise<void>) => {
    await write().catch((error: unknown) => {
      if (limits.signal?.aborted) throw error;
      warnings.push(fileWarning({ network, member, file }, error));
    });
  };
  await change(hostsFile, () => writeHosts(context, { member, network, entries: [] }, limits));
  if (resolvConf)
    await change(resolvConf, () => removeNameservers(resolvConf, gateways, { ...limits, owner: network }));
  return warnings;
}

/** Removes all that is kept about a container once it has left its last network. */
async function forgetIfLast(context: NetworksContext, id: string): Promise<void> {
  if ((await context.members.ofContainer(id)).size > 0) return;
  await removeFolder(dirname(ownHostsFile(context, id)));
  await unpin(context, id);
}
