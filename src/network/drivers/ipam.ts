import type { JsonObject } from '../../libcni/index.js';
import { hostLocalRanges } from '../addressing/ranges.js';
import type { NetworkPlan } from './driver.js';

/** The `ipam` of a plugin: an address of each family, and a default route for each family with a gateway. */
export function ipamOf({ ipam, subnets, internal }: NetworkPlan): JsonObject {
  if (ipam === 'none') return {};
  if (ipam === 'dhcp') return { type: 'dhcp' };
  const routed = internal ? [] : subnets.filter(({ gateway }) => gateway !== undefined);
  const families = new Set(routed.map(({ subnet }) => (subnet.includes(':') ? '::/0' : '0.0.0.0/0')));
  return {
    type: 'host-local',
    ...(families.size > 0 && { routes: [...families].map((dst) => ({ dst })) }),
    ranges: subnets.map(hostLocalRanges),
  };
}
