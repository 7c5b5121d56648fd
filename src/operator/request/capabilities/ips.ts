import * as z from 'zod';
import { checkAnnotation, checkValue } from './check-value.js';
import { addressOrCidrField, textList } from './fields.js';

/**
 * The addresses that a container wants, the value of the capability `ips` (CNI CONVENTIONS.md): `10.1.2.3`, or
 * `10.1.2.3/24` if the plugin needs the prefix, as `static` does.
 */
export type Ips = readonly string[];

/** An array of addresses, converted to canonical spelling. */
export const ipsSchema: z.ZodType<Ips> = z.lazy(() => textList(addressOrCidrField()));

/**
 * Addresses for a container: `ips('10.1.2.3/24', '2001:db8::5/64')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function ips(...addresses: string[]): Ips {
  return checkValue(ipsSchema, addresses, 'ips');
}

/**
 * Addresses from an annotation, a JSON array of strings.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseIps(text: string, annotation = 'ips'): Ips {
  return checkAnnotation(ipsSchema, text, annotation);
}
