import { show } from '../output/table.js';
import { filtersOf } from './filters.js';
import type { NetworkCommandOptions } from './options.js';
import { warnOfProblems, withNetworks } from './with-networks.js';

const SHORT_ID = 12;

/** Lists networks. */
export async function ls(options: NetworkCommandOptions): Promise<void> {
  const found = await withNetworks(options, async (networks) => {
    await warnOfProblems(networks);
    return await networks.list(filtersOf(options.filter));
  });
  await show(options.json, found, {
    columns: ['NETWORK', 'ID', 'DRIVER', 'SUBNETS', 'INTERFACE', 'OURS'],
    rows: found.map(({ name, id, driver, subnets, interface: device = '', isNative }) => {
      const ranges = subnets.map(({ subnet }) => subnet).join(' ');
      return [name, id.slice(0, SHORT_ID), driver, ranges, device, isNative ? 'yes' : ''];
    }),
    nothing: 'there are no networks',
  });
}
