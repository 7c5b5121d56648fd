import { formatAddress, type Subnet } from '../../addresses/index.js';
import type { UsedSubnet } from './host-networks.js';

/** The first of those in use that shares addresses with a subnet. */
export function overlapping(subnet: Subnet, used: readonly UsedSubnet[]): UsedSubnet | undefined {
  return used.find((other) => overlaps(subnet, other.subnet));
}

/** Whether two subnets share addresses. */
export function overlaps(a: Subnet, b: Subnet): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** The text of a subnet, without bits behind its prefix. */
export function formatSubnet({ family, first, prefix }: Subnet): string {
  return `${formatAddress({ family, value: first })}/${prefix}`;
}
