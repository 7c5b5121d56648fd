import { Records } from '../../operator/records/records.js';
import { inspectContainer } from '../../operator/verbs/list.js';
import { placesOf } from '../options/places.js';
import { printJson } from '../output/json.js';
import { printLine, show } from '../output/table.js';
import type { AttachmentCommandOptions } from './options.js';
import { portsText } from './ports-text.js';

/** Shows the attachments of a container. */
export async function inspect(id: string, options: AttachmentCommandOptions): Promise<void> {
  const container = await inspectContainer(new Records(placesOf(options).cacheDir), id);
  if (options.json) return printJson(container);
  const { netns, since, attachments } = container;
  if (process.stdout.isTTY) printLine(`${id} in ${netns}, since ${since.toISOString()}`);
  await show(false, undefined, {
    columns: ['NETWORK', 'INTERFACE', 'ADDRESSES', 'GATEWAYS', 'MAC', 'ROUTES', 'PORTS'],
    rows: attachments.map(({ network, ifName, addresses, gateways, mac = '', routes, ports }) => {
      const ways = routes.map(({ dst, gw }) => (gw === undefined ? dst : `${dst} via ${gw}`)).join(', ');
      return [network, ifName, addresses.join(' '), gateways.join(' '), mac, ways, portsText(ports)];
    }),
    nothing: '',
  });
}
