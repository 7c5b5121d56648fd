import { randomBytes } from 'node:crypto';
import { parseSubnet, type Subnet } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { UsedSubnet } from './host-networks.js';
import { formatSubnet, overlaps } from './overlap.js';

/** A pool of subnets for new networks: a range of addresses, and the prefix length of each subnet. */
export interface SubnetPool {
  /** For example `10.0.0.0/8`. */
  readonly base: string;
  /** Bits, for example 24. */
  readonly size: number;
}

/** The private addresses of IPv4, in iSulad's order. */
export const DEFAULT_POOLS: readonly SubnetPool[] = [
  { base: '192.168.0.0/16', size: 24 },
  { base: '172.16.0.0/12', size: 24 },
  { base: '10.0.0.0/8', size: 24 },
];

const RANDOM_TRIES = 1000;

/**
 * The first free subnet of the pools.
 *
 * @throws LibcniError `ERR_EXHAUSTED`
 */
export function freeSubnet(pools: readonly SubnetPool[], used: readonly UsedSubnet[]): string {
  for (const { base, size } of pools) {
    const pool = parseSubnet(base);
    const found = pool && freeIn(pool, size, used);
    if (found !== undefined) return formatSubnet(found);
  }
  const tried = pools.map(({ base, size }) => `${base} (/${size} each)`).join(', ');
  const hint = 'remove unused networks, or choose a subnet';
  throw new LibcniError('ERR_EXHAUSTED', `no subnet is free in ${tried}: ${hint}`, { value: pools });
}

function freeIn(pool: Subnet, prefix: number, used: readonly UsedSubnet[]): Subnet | undefined {
  const step = (pool.family === 4 ? 1n << 32n : 1n << 128n) >> BigInt(prefix);
  let first = pool.first;
  while (first + step - 1n <= pool.last) {
    const subnet = { family: pool.family, prefix, first, last: first + step - 1n, given: first };
    const taken = used.find((other) => overlaps(subnet, other.subnet))?.subnet;
    if (taken === undefined) return subnet;
    // Skips everything that the other subnet covers, which can be a lot.
    const beyond = taken.last + 1n;
    first =
      beyond > first + step ? pool.first + ((beyond - pool.first + step - 1n) / step) * step : first + step;
  }
  return undefined;
}

/** A random private IPv6 /64, as in RFC 4193. */
export function freeSubnet6(used: readonly UsedSubnet[]): string {
  for (let tries = 0; tries < RANDOM_TRIES; tries++) {
    const groups = randomBytes(7).toString('hex').padStart(14, '0');
    const subnet = parseSubnet(
      `fd${groups.slice(0, 2)}:${groups.slice(2, 6)}:${groups.slice(6, 10)}:${groups.slice(10)}::/64`,
    );
    if (subnet && !used.some((other) => overlaps(subnet, other.subnet))) return formatSubnet(subnet);
  }
  throw new LibcniError('ERR_EXHAUSTED', 'no free private IPv6 subnet was found; choose one for the network');
}
