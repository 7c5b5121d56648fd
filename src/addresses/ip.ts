import { isIP } from 'node:net';

const PREFIX = /^\d+$/;
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;
const MAPPED_BITS = 96;

/** Writes an address as Go does, IPv4 inside IPv6 as IPv4; `undefined` if it is not an address. */
export function canonicalIp(text: string): string | undefined {
  return parseStrictly(text)?.address;
}

/** The same for an address with a prefix. The host bits stay. */
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

/** Like Go, without zones. */
function parseStrictly(text: string): ParsedIp | undefined {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return { address: text, bits: 32, mapped: false };
  const address = compress(text);
  const mapped = MAPPED.exec(address);
  return { address: mapped ? dotted(mapped) : address, bits: 128, mapped: mapped !== null };
}

/** The URL standard spells an IPv6 address as RFC 5952 does, and never with dots. */
function compress(ipv6: string): string {
  return new URL(`http://[${ipv6}]`).hostname.slice(1, -1);
}

function dotted([, high = '', low = '']: RegExpExecArray): string {
  return [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}
