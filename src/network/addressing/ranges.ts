import { formatAddress, parseAddress, parseSubnet } from '../../addresses/index.js';
import type { NetworkSubnet } from '../network.js';

/** A range of addresses in the form of the plugin `host-local`. */
export interface HostLocalRange {
  readonly subnet: string;
  readonly rangeStart?: string;
  readonly rangeEnd?: string;
  readonly gateway?: string;
}

/** The ranges of a subnet for containers, without the excluded addresses. */
export function hostLocalRanges({
  subnet,
  gateway,
  ipRange,
  excluded = [],
}: NetworkSubnet): HostLocalRange[] {
  const common = { subnet, ...(gateway !== undefined && { gateway }) };
  if (ipRange === undefined && excluded.length === 0) return [common];
  const all = parseSubnet(subnet);
  const part = parseSubnet(ipRange ?? subnet);
  if (all === undefined || part === undefined) return [common];
  const isWhole = part.prefix === all.prefix;
  const last = all.family === 4 && part.last === all.last ? part.last - 1n : part.last;
  const taken = excluded.flatMap((text) => parseAddress(text)?.value ?? []).sort((a, b) => (a < b ? -1 : 1));
  const text = (value: bigint) => formatAddress({ family: all.family, value });
  const first = isWhole || part.first === all.first ? part.first + 1n : part.first;
  return gaps({ first, last }, taken).map((gap) => ({
    ...common,
    rangeStart: text(gap.first),
    rangeEnd: text(gap.last),
  }));
}

interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

function gaps({ first, last }: Span, taken: readonly bigint[]): Span[] {
  const found: Span[] = [];
  let next = first;
  for (const value of taken.filter((one) => one >= first && one <= last)) {
    if (value > next) found.push({ first: next, last: value - 1n });
    next = value + 1n;
  }
  if (next <= last) found.push({ first: next, last });
  return found;
}
