import type { NetworkSummary } from '../../network/index.js';
import {
  type AttachedBefore,
  attachedBefore,
  warnOfUnknown,
  wasAttached,
} from '../attachments/attached-before.js';
import { portsText } from '../attachments/ports-text.js';
import { warn } from '../failure.js';
import { limitsOf } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine, show } from '../output/table.js';
import { UsageError } from '../usage-error.js';
import type { NetworkConnectOptions } from './options.js';
import { withNetworks } from './with-networks.js';

/** It is created on first use. */
const PREDEFINED = 'bridge';

/** A container and a network. */
export interface ConnectTarget {
  readonly network: string;
  readonly id: string;
  readonly netns?: string | undefined;
}

/** Connects a container to a network. */
export async function connect(
  { network, id, netns }: ConnectTarget,
  options: NetworkConnectOptions,
): Promise<void> {
  const { pid, name, alias, ip, ip6, mac, ifname, publish = [] } = options;
  if ((netns === undefined) === (pid === undefined))
    throw new UsageError('give either the namespace of the container or its --pid');
  const ports = [...publish, ...(options.ports?.split(',') ?? [])];
  const where = netns === undefined ? { pid } : { netns: netnsPath(netns) };
  const wanted = { name, aliases: alias, ip, ip6, mac, ifName: ifname, ports };
  const connected = await withNetworks(options, (networks) =>
    withProgress(
      `connecting ${id}`,
      networks.connect({ network, id, ...where, ...wanted }, limitsOf(options)),
    ),
  );
  for (const warning of connected.warnings) warn(warning);
  const { name: on, ifName, addresses, gateways, names, ports: published } = connected;
  await show(
    options.json,
    { id, ...connected },
    {
      columns: ['NETWORK', 'INTERFACE', 'ADDRESSES', 'GATEWAYS', 'NAMES', 'PORTS'],
      rows: [[on, ifName, addresses.join(' '), gateways.join(' '), names.join(' '), portsText(published)]],
      nothing: '',
    },
  );
}

/** Disconnects a container from a network. */
export async function disconnect(
  { network, id }: ConnectTarget,
  options: NetworkConnectOptions,
): Promise<void> {
  const { ifname: ifName } = options;
  const disconnected = await withNetworks(options, async (networks) => {
    const found = await networks.list();
    const name = nameOf(network, found);
    const before = await attachedBefore(id, options).catch((): AttachedBefore[] => []);
    const disconnecting = networks.disconnect({ network, id, ifName }, limitsOf(options));
    await withProgress(`disconnecting ${id}`, disconnecting);
    const names = [...found.map((one) => one.name), options.defaultNetwork ?? PREDEFINED];
    await warnOfUnknown(name, { names, problems: await networks.problems() }, options);
    return wasAttached(before, { name, ifName });
  });
  const said = disconnected ? 'is disconnected from' : 'was not connected to';
  if (options.json) printJson({ network, id, disconnected });
  else printLine(`${id} ${said} ${network}${ifName === undefined ? '' : `@${ifName}`}`);
}

/** A network may be named by its id, or the beginning of it. */
function nameOf(network: string, found: readonly Pick<NetworkSummary, 'name' | 'id'>[]): string {
  if (found.some(({ name }) => name === network)) return network;
  return found.find(({ id }) => id.startsWith(network))?.name ?? network;
}
