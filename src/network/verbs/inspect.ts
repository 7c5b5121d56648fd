import { parseJsonArgument } from '../../arguments/parse-argument.js';
import type { AttachmentInfo } from '../../operator/index.js';
import type { NetworksContext } from '../context.js';
import type { Member } from '../members/member-files.js';
import type { NetworkContainer, NetworkDetails } from '../network.js';
import { networkReferenceField } from '../requests/fields.js';
import { findNetwork } from '../store/find-network.js';
import { ensureDefault } from './ensure-default.js';

/** A network with the containers on it. */
export async function inspect(context: NetworksContext, reference: unknown): Promise<NetworkDetails> {
  const wanted = parseJsonArgument(networkReferenceField(), reference, 'inspect: reference');
  await ensureDefault(context, wanted);
  const { summary } = await findNetwork(context, wanted);
  return { ...summary, containers: await containersOf(context, summary.name) };
}

/** The containers on a network, whoever connected them. */
async function containersOf(context: NetworksContext, network: string): Promise<NetworkContainer[]> {
  const [attached, members] = await Promise.all([
    context.operator.list({ network }),
    context.members.list(network),
  ]);
  return attached.map((one) => containerOf(one, members));
}

function containerOf(attached: AttachmentInfo, members: readonly Member[]): NetworkContainer {
  const { id, ifName, netns, mac, addresses, ipv4, ipv6, gateways, ports } = attached;
  const member = members.find((one) => one.id === id && one.ifName === ifName);
  const names = member?.names ?? [];
  return { id, ifName, netns, mac, addresses, ipv4, ipv6, gateways, names, ports };
}
