import { dirname } from 'node:path';
import { hasCode } from '../../errors/system-error.js';
import { removeNameservers, setHosts } from '../../etc/index.js';
import { removeFolder } from '../../files/folders.js';
import type { PortMapping } from '../../operator/index.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { Member } from '../members/member-files.js';
import { unpin } from '../members/pinned.js';
import { syncHosts } from '../members/sync-hosts.js';
import { parseDisconnect } from '../requests/connect-request.js';
import { bringUpToDate } from '../store/bring-up-to-date.js';
import { findNetwork } from '../store/find-network.js';

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
  const members = await context.members.list(network);
  const member = members.find((one) => one.id === id && one.ifName === ifName);
  const [attached] = member?.resolvConf ? await context.operator.list({ network, id, ifName }) : [];
  const capabilityArgs = ports && { portMappings: ports };
  await context.operator.detach({ id, networks: [{ name: network, ifName, capabilityArgs }] }, limits);
  if (member !== undefined)
    await forget(context, { network, member, gateways: attached?.gateways ?? [] }, limits);
  const isAlone = members.every((one) => one === member);
  if (!isAlone) await syncHosts(context, network, limits);
}

interface Forgotten {
  readonly network: string;
  readonly member: Member;
  readonly gateways: readonly string[];
}

async function forget(
  context: NetworksContext,
  { network, member, gateways }: Forgotten,
  limits: NetworkLimits,
): Promise<void> {
  const { hostsFile, ownsHostsFile, resolvConf, pinned, id } = member;
  await context.members.remove(network, member);
  if (resolvConf) await removeNameservers(resolvConf, gateways, { ...limits, owner: network });
  const left = await context.members.ofContainer(id);
  if (left.size > 0 || !ownsHostsFile) await setHosts(hostsFile, [], { ...limits, owner: network });
  else await removeFolder(dirname(hostsFile));
  if (left.size === 0 && pinned) await unpin(pinned);
}
