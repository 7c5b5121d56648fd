import {
  type Address,
  addressBits,
  formatAddress,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { NetworkSubnet } from '../network.js';
import { formatSubnet, overlaps } from './overlap.js';

/** A subnet has two addresses that containers cannot use. */
const SMALLEST_BITS = 2;

interface Place {
  readonly path: string;
  readonly subnet: Subnet;
}

/**
 * Subnets in canonical spelling, each with its gateway.
 *
 * @param withGateway - whether to choose a gateway if none is given
 * @throws LibcniError `ERR_CONF_INVALID` with path, value and what would be right
 */
export function checkedSubnets(given: readonly NetworkSubnet[], withGateway: boolean): NetworkSubnet[] {
  const checked = given.map((subnet, index) => checkedSubnet(subnet, `$.subnets[${index}]`, withGateway));
  for (const [index, { subnet }] of checked.entries()) {
    const own = parseSubnet(subnet);
    const other = checked.slice(0, index).find((before) => own && overlaps(own, subnetOf(before.subnet)));
    if (other)
      throw invalid(
        `$.subnets[${index}].subnet`,
        subnet,
        `overlaps with ${other.subnet} of the same network`,
      );
  }
  return checked;
}

function checkedSubnet(given: NetworkSubnet, path: string, withGateway: boolean): NetworkSubnet {
  const subnet = networkOf(given.subnet, `${path}.subnet`);
  if (addressBits(subnet.family) - subnet.prefix < SMALLEST_BITS)
    throw invalid(
      `${path}.subnet`,
      given.subnet,
      `has no room for containers: /${addressBits(subnet.family) - SMALLEST_BITS} is the smallest`,
    );
  const place = { path, subnet };
  const { gateway = withGateway ? firstAddress(subnet) : undefined, ipRange, excluded = [] } = given;
  return {
    subnet: formatSubnet(subnet),
    ...(gateway !== undefined && { gateway: checkedGateway(gateway, place) }),
    ...(ipRange !== undefined && { ipRange: checkedRange(ipRange, place) }),
    ...(excluded.length > 0 && {
      excluded: excluded.map((address, index) =>
        formatAddress(inside(address, `${path}.excluded[${index}]`, place)),
      ),
    }),
  };
}

/** The address after the network address, which routers have by convention. */
function firstAddress({ family, first }: Subnet): string {
  return formatAddress({ family, value: first + 1n });
}

function networkOf(text: string, path: string): Subnet {
  const subnet = parseSubnet(text);
  if (subnet === undefined) throw invalid(path, text, 'is not a subnet such as 10.1.0.0/24 or fd00:1::/64');
  if (subnet.given !== subnet.first)
    throw invalid(path, text, `has host bits set: use ${formatSubnet(subnet)}`);
  return subnet;
}

function subnetOf(text: string): Subnet {
  return networkOf(text, '$.subnets');
}

function checkedGateway(text: string, place: Place): string {
  const path = `${place.path}.gateway`;
  const address = inside(text, path, place);
  const { family, first, last } = place.subnet;
  const isBroadcast = family === 4 && address.value === last;
  if (address.value === first || isBroadcast)
    throw invalid(
      path,
      text,
      `is the ${isBroadcast ? 'broadcast' : 'network'} address of ${formatSubnet(place.subnet)}`,
    );
  return formatAddress(address);
}

function checkedRange(text: string, { path: owner, subnet }: Place): string {
  const path = `${owner}.ipRange`;
  const range = networkOf(text, path);
  if (range.family !== subnet.family || range.first < subnet.first || range.last > subnet.last)
    throw invalid(path, text, `is not inside ${formatSubnet(subnet)}`);
  return formatSubnet(range);
}

function inside(text: string, path: string, { subnet }: Place): Address {
  const address = parseAddress(text);
  if (address === undefined) throw invalid(path, text, 'is not an address');
  if (address.family !== subnet.family)
    throw invalid(path, text, `is IPv${address.family}, but ${formatSubnet(subnet)} is IPv${subnet.family}`);
  if (address.value < subnet.first || address.value > subnet.last)
    throw invalid(path, text, `is not inside ${formatSubnet(subnet)}`);
  return address;
}

function invalid(jsonPath: string, value: string, problem: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `${value} ${problem}`, { jsonPath, value });
}
