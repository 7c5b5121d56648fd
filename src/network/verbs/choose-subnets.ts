import { parseSubnet } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { checkedSubnets } from '../addressing/checked-subnets.js';
import type { HostNetworks, UsedSubnet } from '../addressing/host-networks.js';
import { overlapping } from '../addressing/overlap.js';
import { freeSubnet, freeSubnet6 } from '../addressing/pools.js';
import { hostLocalRanges } from '../addressing/ranges.js';
import type { NetworksContext } from '../context.js';
import type { NetworkDriver } from '../drivers/driver.js';
import type { NetworkIpam, NetworkSubnet } from '../network.js';
import type { ParsedCreate } from '../requests/create-request.js';
import type { CatalogueState } from '../store/catalogue.js';

/** The request with its driver. */
export interface CreateParts {
  readonly request: ParsedCreate;
  readonly driver: NetworkDriver;
  readonly dns: boolean;
}

/** What exists: networks, and the host's addresses. */
export interface Surroundings {
  readonly state: CatalogueState;
  readonly host: HostNetworks;
}

interface SubnetChoice {
  readonly parts: CreateParts;
  readonly ipam: NetworkIpam;
  readonly device: string | undefined;
}

/**
 * The subnets of a new network: the requested ones, and free ones for missing families.
 *
 * @throws LibcniError `ERR_CONF_INVALID`, `ERR_CONFLICT`, `ERR_EXHAUSTED`
 */
export function chooseSubnets(
  { pools }: NetworksContext,
  { parts, ipam, device }: SubnetChoice,
  { state, host }: Surroundings,
): NetworkSubnet[] {
  const { request, driver } = parts;
  if (ipam !== 'host-local') {
    if (request.subnets.length === 0 && !request.ipv6) return [];
    const [path, what, value] =
      request.subnets.length > 0
        ? (['$.subnets', 'subnets need', request.subnets] as const)
        : (['$.ipv6', 'ipv6 needs', true] as const);
    throw invalid(path, `${what} ipam host-local, but this network has ${ipam}`, value);
  }
  const ofHost = driver.makesInterface ? host.used.filter((used) => used.interface !== device) : [];
  const used = [...usedByNetworks(state), ...ofHost];
  const given = checkedSubnets(request.subnets, !request.internal);
  for (const [index, { subnet }] of given.entries()) refuseOverlap(subnet, index, used);
  for (const [index, subnet] of given.entries()) refuseEmpty(subnet, index);
  return [
    ...given,
    ...checkedSubnets(missingSubnets(given, request.ipv6, { pools, used }), !request.internal),
  ];
}

interface FreeSubnets {
  readonly pools: NetworksContext['pools'];
  readonly used: readonly UsedSubnet[];
}

function missingSubnets(
  given: readonly NetworkSubnet[],
  ipv6: boolean | undefined,
  { pools, used }: FreeSubnets,
): NetworkSubnet[] {
  const lacks6 = ipv6 === true && !given.some(({ subnet }) => subnet.includes(':'));
  const lacks4 = given.length === 0 || (ipv6 === true && given.every(({ subnet }) => subnet.includes(':')));
  return [
    ...(lacks4 ? [{ subnet: freeSubnet(pools, used) }] : []),
    ...(lacks6 ? [{ subnet: freeSubnet6(used) }] : []),
  ];
}

/** The subnets of all networks that are configured. */
export function usedByNetworks({ entries }: CatalogueState): UsedSubnet[] {
  return [...entries.values()].flatMap(({ summary }) =>
    summary.subnets.flatMap(({ subnet: text }) => {
      const subnet = parseSubnet(text);
      return subnet ? [{ subnet, owner: `network ${summary.name}` }] : [];
    }),
  );
}

function refuseOverlap(text: string, index: number, used: readonly UsedSubnet[]): void {
  const subnet = parseSubnet(text);
  const other = subnet && overlapping(subnet, used);
  if (other === undefined) return;
  const summary = `subnet ${text} overlaps with ${other.owner}: choose another one, or leave it out`;
  throw new LibcniError('ERR_CONFLICT', summary, { jsonPath: `$.subnets[${index}].subnet`, value: text });
}

/** Containers never get the address of the gateway. */
function refuseEmpty(subnet: NetworkSubnet, index: number): void {
  const { gateway, ipRange, excluded = [] } = subnet;
  const isEmptyWithout = (taken: readonly string[]) =>
    hostLocalRanges({ ...subnet, excluded: gateway === undefined ? taken : [...taken, gateway] }).length ===
    0;
  if (!isEmptyWithout(excluded)) return;
  const path = `$.subnets[${index}]`;
  if (isEmptyWithout([]))
    throw invalid(
      `${path}.ipRange`,
      `${ipRange} leaves no address for containers: choose a larger one`,
      ipRange,
    );
  throw invalid(`${path}.excluded`, 'all addresses are excluded, which leaves none for containers', excluded);
}

function invalid(jsonPath: string, summary: string, value: unknown): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', summary, { jsonPath, value });
}
