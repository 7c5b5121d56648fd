import { canonicalCidr, canonicalIp, isIpv4 } from './ip.js';

/** An address as a number. */
export interface Address {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** All addresses that share a prefix. */
export interface Subnet {
  readonly family: 4 | 6;
  /** Bits of the prefix. */
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
  /** The address as given. It equals `first` when no host bit is set. */
  readonly given: bigint;
}

/** An address as a number; IPv4 inside IPv6 counts as IPv4. `undefined` if it is not an address. */
export function parseAddress(text: string): Address | undefined {
  const address = canonicalIp(text);
  if (address === undefined) return undefined;
  return isIpv4(address)
    ? { family: 4, value: fromParts(address.split('.'), 8n) }
    : { family: 6, value: fromParts(expand(address), 16n) };
}

/** The subnet that an address with a prefix is in; `undefined` if it is not one. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', prefixText] = (canonicalCidr(text) ?? '').split('/');
  const parsed = parseAddress(address);
  if (parsed === undefined) return undefined;
  const { family, value: given } = parsed;
  const prefix = Number(prefixText);
  const hostMask = (1n << BigInt(addressBits(family) - prefix)) - 1n;
  return { family, prefix, first: given & ~hostMask, last: given | hostMask, given };
}

/** Whether an address is in a subnet, including its first and last address. */
export function isInSubnet({ family, value }: Address, subnet: Subnet): boolean {
  return family === subnet.family && value >= subnet.first && value <= subnet.last;
}

export function addressBits(family: 4 | 6): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/** Formats an address that is given as a number. */
export function formatAddress({ family, value }: Address): string {
  const parts =
    family === 4 ? toParts(value, { bits: 8n, count: 4 }) : toParts(value, { bits: 16n, count: 8 });
  if (family === 4) return parts.join('.');
  const text = parts.map((part) => part.toString(16)).join(':');
  return canonicalIp(text) ?? text;
}

/** The eight groups of a canonical IPv6 address, with the zeros that `::` stands for. */
function expand(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => `0x${group}`);
}

function fromParts(parts: readonly string[], bits: bigint): bigint {
  return parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);
}

function toParts(value: bigint, { bits, count }: { bits: bigint; count: number }): bigint[] {
  const mask = (1n << bits) - 1n;
  return Array.from({ length: count }, (_, index) => (value >> (bits * BigInt(count - 1 - index))) & mask);
}
