import { isInSubnet, parseAddress, parseSubnet } from '../../addresses/index.js';
import type { CreateNetworkRequest } from '../../network/index.js';
import { UsageError } from '../usage-error.js';
import type { NetworkCreateOptions } from './options.js';

/**
 * The subnets of `network create`: gateways and ranges by position, excluded addresses by the subnet that they are in.
 *
 * @throws UsageError for a value that belongs to no subnet
 */
export function subnetsOf(
  options: Pick<NetworkCreateOptions, 'subnet' | 'gateway' | 'ipRange' | 'exclude'>,
): CreateNetworkRequest['subnets'] {
  const { subnet: subnets = [], gateway = [], ipRange = [], exclude = [] } = options;
  refuseExtra('--gateway', gateway, subnets);
  refuseExtra('--ip-range', ipRange, subnets);
  const places = exclude.map((address) => placeOf(address, subnets));
  if (subnets.length === 0) return undefined;
  return subnets.map((subnet, index) => {
    const excluded = exclude.filter((_, position) => places[position] === index);
    return {
      subnet,
      ...(gateway[index] !== undefined && { gateway: gateway[index] }),
      ...(ipRange[index] !== undefined && { ipRange: ipRange[index] }),
      ...(excluded.length > 0 && { excluded }),
    };
  });
}

function refuseExtra(option: string, values: readonly string[], subnets: readonly string[]): void {
  const extra = values[subnets.length];
  if (extra !== undefined) throw new UsageError(`${option} ${extra} has no --subnet`);
}

/** The position of the subnet that has an address. */
function placeOf(text: string, subnets: readonly string[]): number {
  const address = parseAddress(text);
  if (address === undefined)
    throw new UsageError(`--exclude must be an address such as 10.1.0.7, not ${JSON.stringify(text)}`);
  if (subnets.length === 0) throw new UsageError(`--exclude ${text} has no --subnet`);
  const place = subnets.findIndex((one) => {
    const subnet = parseSubnet(one);
    return subnet !== undefined && isInSubnet(address, subnet);
  });
  if (place >= 0) return place;
  throw new UsageError(`--exclude ${text} is in none of the subnets ${subnets.join(', ')}`);
}
