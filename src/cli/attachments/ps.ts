import { Records } from '../../operator/records/records.js';
import { listAttachments } from '../../operator/verbs/list.js';
import { netnsPath } from '../options/netns-path.js';
import { placesOf } from '../options/places.js';
import { show } from '../output/table.js';
import type { AttachmentCommandOptions } from './options.js';
import { portsText } from './ports-text.js';

/** Lists attachments. */
export async function ps(options: AttachmentCommandOptions): Promise<void> {
  const { network, netns } = options;
  const filter = { network, netns: netns === undefined ? undefined : netnsPath(netns) };
  const attachments = await listAttachments(new Records(placesOf(options).cacheDir), filter);
  await show(options.json, attachments, {
    columns: ['CONTAINER', 'NETWORK', 'INTERFACE', 'ADDRESSES', 'PORTS', 'SINCE', 'NAMESPACE'],
    rows: attachments.map(({ id, network: name, ifName, addresses, ports, since, netns: path }) => {
      return [id, name, ifName, addresses.join(' '), portsText(ports), since.toISOString(), path];
    }),
    nothing: 'nothing is attached',
  });
}
