import { parseAddress, parseSubnet } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { NetworkSubnet, NetworkSummary } from '../network.js';
import type { ParsedConnect } from '../requests/connect-request.js';

/**
 * The static addresses of a request with their prefixes.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an address that the network cannot assign
 */
export function checkedAddresses(network: NetworkSummary, { ip, ip6 }: ParsedConnect): string[] {
  return [
    ...(ip === undefined ? [] : [checked(network, ip, 'ip')]),
    ...(ip6 === undefined ? [] : [checked(network, ip6, 'ip6')]),
  ];
}

function checked({ name, ipam, subnets }: NetworkSummary, text: string, argument: 'ip' | 'ip6'): string {
  const refuse = (why: string) =>
    new LibcniError('ERR_CONF_INVALID', `${argument} ${text} ${why}`, {
      jsonPath: `$.${argument}`,
      value: text,
      network: name,
    });
  if (ipam !== 'host-local')
    throw refuse(`cannot be chosen: the addresses of network ${name} come from ${ipam}`);
  const found = subnets.find((one) => isInside(one, text));
  const all = subnets.map(({ subnet }) => subnet).join(', ');
  if (found === undefined) throw refuse(`is not inside ${all}, the subnets of network ${name}`);
  if (found.gateway === text) throw refuse(`is the gateway of network ${name}`);
  if (found.excluded?.includes(text)) throw refuse(`is excluded from network ${name}`);
  return `${text}/${found.subnet.split('/')[1]}`;
}

function isInside({ subnet: text }: NetworkSubnet, address: string): boolean {
  const subnet = parseSubnet(text);
  const parsed = parseAddress(address);
  if (!subnet || !parsed || subnet.family !== parsed.family) return false;
  const isEdge = parsed.value === subnet.first || (subnet.family === 4 && parsed.value === subnet.last);
  return !isEdge && parsed.value > subnet.first && parsed.value <= subnet.last;
}
