import type { NetworkDetails } from '../../network/index.js';
import { portsText } from '../attachments/ports-text.js';
import { printJson } from '../output/json.js';
import { printLine, show } from '../output/table.js';
import type { NetworkCommandOptions } from './options.js';
import { withNetworks } from './with-networks.js';

/** Shows networks with their containers. */
export async function inspect(names: readonly string[], options: NetworkCommandOptions): Promise<void> {
  const found = await withNetworks(options, (networks) =>
    Promise.all(names.map((name) => networks.inspect(name))),
  );
  if (options.json) return printJson(found);
  for (const network of found) await showOne(network);
}

async function showOne(network: NetworkDetails): Promise<void> {
  const facts = factsOf(network).filter(([, value]) => value !== '');
  for (const [name, value] of facts)
    printLine(process.stdout.isTTY ? `${name.padEnd(10)} ${value}` : `${name}\t${value}`);
  await show(false, undefined, {
    columns: ['CONTAINER', 'INTERFACE', 'ADDRESSES', 'NAMES', 'PORTS', 'NAMESPACE'],
    rows: network.containers.map(({ id, ifName, addresses, names, ports, netns }) => {
      return [id, ifName, addresses.join(' '), names.join(' '), portsText(ports), netns];
    }),
    nothing: 'it has no containers',
  });
}

function factsOf(network: NetworkDetails): [string, string][] {
  const subnets = network.subnets.map(({ subnet, gateway }) =>
    gateway ? `${subnet} via ${gateway}` : subnet,
  );
  const traits = { internal: network.internal, isolated: network.isolate, masquerades: network.ipMasq };
  return [
    ['name', network.name],
    ['id', network.id],
    ['driver', network.driver],
    ['created', network.created.toISOString()],
    ['subnets', subnets.join(', ')],
    ['excluded', network.subnets.flatMap(({ excluded = [] }) => excluded).join(', ')],
    ['interface', network.interface ?? ''],
    [
      'traits',
      Object.entries(traits)
        .flatMap(([name, holds]) => (holds ? [name] : []))
        .join(', '),
    ],
    ['labels', pairsText(network.labels)],
    ['options', pairsText(network.options)],
    ['file', network.file],
  ];
}

function pairsText(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map((pair) => pair.join('='))
    .join(', ');
}
