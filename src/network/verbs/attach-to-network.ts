import { isOwnError } from '../../errors/own-error.js';
import { rewordError, type Wording } from '../../errors/reword-error.js';
import type { AttachResult, NetworkRequest, PortMapping } from '../../operator/index.js';
import { chooseHostPorts } from '../addressing/host-ports.js';
import type { NetworkLimits, NetworksContext } from '../context.js';
import type { ParsedConnect } from '../requests/connect-request.js';
import type { CatalogueEntry } from '../store/catalogue.js';

/** How often to choose another free port because another container was quicker. */
const PORT_TRIES = 15;
const SHORT_ID = 12;

/** A request to connect has fewer choices than one to attach, and `disconnect` is what undoes it. */
const wording: Wording = [
  ['detach() takes it down first', 'disconnect() takes it down first'],
  ['call detach() first', 'call disconnect() first'],
  ['detach() or gc() removes its leftovers', 'disconnect() removes its leftovers'],
  [", or set existingInterface: 'allow' if the plugins replace or tune it", ''],
  ['set hostNetns: true to allow it', 'only CNIOperator.attach() allows it, with hostNetns: true'],
];

interface ToAttach {
  readonly entry: CatalogueEntry;
  readonly request: ParsedConnect;
  readonly netns: string;
  readonly addresses: readonly string[];
}

/** Attaches a container with the operator, choosing host ports for those left open. */
export async function attachToNetwork(
  { operator }: NetworksContext,
  { entry, request, netns, addresses }: ToAttach,
  limits: NetworkLimits,
): Promise<{ attached: AttachResult; ports: PortMapping[] }> {
  for (let tries = 1; ; tries++) {
    const ports = await chooseHostPorts(request.ports);
    const network = networkRequest(entry, { request, addresses, ports });
    try {
      const attached = await operator.attach({ id: request.id, netns, networks: [network] }, limits);
      return { attached, ports };
    } catch (error) {
      const wasChosen = request.ports.some(({ hostPort }) => hostPort === 0);
      if (!wasChosen || tries >= PORT_TRIES || !isPortConflict(error, ports, request))
        throw rewordError(error, wording);
    }
  }
}

/** Whether another container has taken a port that was chosen here. */
function isPortConflict(error: unknown, ports: readonly PortMapping[], request: ParsedConnect): boolean {
  if (!isOwnError(error) || error.code !== 'ERR_CONFLICT') return false;
  const { value } = error;
  if (typeof value !== 'object' || value === null || !('hostPort' in value)) return false;
  return ports.some(
    ({ hostPort }, index) => hostPort === value.hostPort && request.ports[index]?.hostPort === 0,
  );
}

interface NetworkArguments {
  readonly request: ParsedConnect;
  readonly addresses: readonly string[];
  readonly ports: readonly PortMapping[];
}

function networkRequest(
  { summary }: CatalogueEntry,
  { request, addresses, ports }: NetworkArguments,
): NetworkRequest {
  const { ifName, mac } = request;
  const names = namesOf(request);
  const capabilityArgs = {
    ...request.capabilityArgs,
    ...(addresses.length > 0 && { ips: addresses }),
    ...(mac && { mac }),
    ...(ports.length > 0 && { portMappings: ports }),
    ...(summary.dns && { aliases: { [summary.name]: names } }),
  };
  // dnsname identifies a container by its pod name, and reads aliases by network name.
  const podArgs: [string, string][] = [
    ['IgnoreUnknown', '1'],
    ['K8S_POD_NAME', names[0] ?? ''],
  ];
  const args = [...(summary.dns ? podArgs : []), ...request.args];
  return { name: summary.name, ifName, capabilityArgs, args };
}

/** Names under which other containers of the network find it. */
export function namesOf({ name, id, aliases }: ParsedConnect): string[] {
  return [...new Set([name ?? id.slice(0, SHORT_ID), ...aliases])];
}
