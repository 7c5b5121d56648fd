import { parseNetworks } from '../../hook/setting-texts.js';
import { warn } from '../failure.js';
import { limitsOf } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { parseRequest } from '../options/parse-request.js';
import { withProgress } from '../output/progress.js';
import { show } from '../output/table.js';
import { parseWords } from '../usage-error.js';
import type { AttachmentCommandOptions } from './options.js';
import { withOperator } from './with-operator.js';

/** A container to attach. */
export interface AttachTarget {
  readonly id: string;
  readonly netns: string;
  readonly networks: readonly string[];
}

/** Attaches a container and prints the result. */
export async function attach(
  { id, netns, networks }: AttachTarget,
  options: AttachmentCommandOptions,
): Promise<void> {
  const { ifName, args, capabilityArgs } = parseRequest(options);
  const request = {
    id,
    netns: netnsPath(netns),
    networks: networks.length === 0 ? undefined : parseWords(() => parseNetworks(networks.join(','))),
    defaultIfName: ifName,
    args,
    capabilityArgs,
    hostNetns: options.hostNetns,
  };
  const attached = await withOperator(options, (operator) =>
    withProgress(`attaching ${id}`, operator.attach(request, limitsOf(options))),
  );
  for (const warning of attached.warnings) warn(warning);
  await show(
    options.json,
    { id, netns: request.netns, ...attached },
    {
      columns: ['NETWORK', 'INTERFACE', 'ADDRESSES', 'GATEWAYS', 'MAC'],
      rows: attached.networks.map(({ name, ifName: inside, addresses, gateways, mac = '' }) => {
        return [name, inside, addresses.join(' '), gateways.join(' '), mac];
      }),
      nothing: `${id} is not attached to any network`,
    },
  );
}
