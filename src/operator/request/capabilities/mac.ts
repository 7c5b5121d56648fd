import * as z from 'zod';
import { canonicalHardwareAddress } from '../../../addresses/index.js';
import { checkTextAnnotation, checkValue } from './check-value.js';
import { canonicalField } from './fields.js';

/**
 * The hardware address for an interface, the value of the capability `mac` (CNI CONVENTIONS.md): six octets
 * in lower case with colons, `c2:11:22:33:44:55`.
 */
export type Mac = string;

/** A hardware address in any spelling that Go reads; group addresses and all zeros are not allowed. */
export const macSchema: z.ZodType<Mac> = z.lazy(() =>
  canonicalField('must be the hardware address of an interface, such as c2:11:22:33:44:55', canonicalMac),
);

/**
 * A hardware address for an interface: `mac('C2-11-22-33-44-55')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function mac(address: string): Mac {
  return checkValue(macSchema, address, 'mac');
}

/**
 * A hardware address from an annotation, as JSON or as a bare string.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseMac(text: string, annotation = 'mac'): Mac {
  return checkTextAnnotation(macSchema, text, annotation);
}

/** The lowest bit of the first octet marks a group address, which the kernel refuses for an interface. */
function canonicalMac(text: string): string | undefined {
  const address = canonicalHardwareAddress(text, 6);
  if (address === undefined || address === '00:00:00:00:00:00') return undefined;
  return Number.parseInt(address.slice(0, 2), 16) % 2 === 0 ? address : undefined;
}
