const OCTETS = /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*)$/i;
const DOTTED = /^[0-9a-f]{4}(?:\.[0-9a-f]{4})+$/i;

/**
 * Writes a hardware address in lower case with colons. Accepts what Go's `net.ParseMAC` accepts: octets with colons or
 * hyphens, or groups of two octets with dots.
 *
 * @param octets - how many octets the address has
 * @returns `undefined` if it is not such an address
 */
export function canonicalHardwareAddress(text: string, octets: number): string | undefined {
  if (!OCTETS.test(text) && !DOTTED.test(text)) return undefined;
  const digits = text.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
  return digits.length === octets * 2 ? digits.match(/../g)?.join(':') : undefined;
}
