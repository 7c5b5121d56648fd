import { formatAddress, type Subnet } from '../../addresses/index.js';
import type { UsedSubnet } from './host-networks.js';

/** The first one in use that overlaps with a subnet. */
export function overlapping(subnet: Subnet, used: readonly UsedSubnet[]): UsedSubnet | undefined {
  return used.find((other) => overlaps(subnet, other.subnet));
}

/** Whether two subnets overlap. */
export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Formats a subnet without host bits. */
export function formatSubnet({ family, first, prefix }: Subnet): string {
  return `${formatAddress({ family, value: first })}/${prefix}`;
}
