import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const PREFIX = /^\d+$/;
const MAPPED_BITS = 96;

/** An address in the spelling that Go gives it, IPv4 inside IPv6 as IPv4; `undefined` for what is no address. */
export function canonicalIp(text: string): string | undefined {
  return parseStrictly(text)?.address;
}

/** The same for an address with a prefix; the bits behind the prefix stay. */
export function canonicalCidr(text: string): string | undefined {
  const slash = text.indexOf('/');
  const parsed = slash < 0 ? undefined : parseStrictly(text.slice(0, slash));
  const prefixText = text.slice(slash + 1);
  if (parsed === undefined || !PREFIX.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  if (prefix > parsed.bits) return undefined;
  return `${parsed.address}/${parsed.mapped ? Math.max(0, prefix - MAPPED_BITS) : prefix}`;
}

/** Whether an address, with or without prefix, counts as IPv4. */
export function isIpv4(address: string): boolean {
  return !address.includes(':');
}

interface ParsedIp {
  readonly address: string;
  readonly bits: 32 | 128;
  readonly mapped: boolean;
}

/** Go refuses zones and leading zeros; the library would take them. */
function parseStrictly(text: string): ParsedIp | undefined {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return { address: text, bits: 32, mapped: false };
  const parsed = ipaddr.parse(text);
  const mapped = 'isIPv4MappedAddress' in parsed && parsed.isIPv4MappedAddress();
  const address = mapped ? parsed.toIPv4Address().toString() : parsed.toString();
  return { address, bits: 128, mapped };
}
