import * as z from 'zod';
import { canonicalHardwareAddress } from '../../../addresses/index.js';
import { checkTextAnnotation, checkValue } from './check-value.js';
import { canonicalField } from './fields.js';

/**
 * The GUID for an Infiniband interface, the value of the capability `infinibandGUID` (CNI CONVENTIONS.md):
 * eight octets in lower case with colons, `c2:11:22:33:44:55:66:77`.
 */
export type InfinibandGuid = string;

/** A GUID in any spelling that Go reads; all zeros and all ones are not allowed. */
export const infinibandGuidSchema: z.ZodType<InfinibandGuid> = z.lazy(() =>
  canonicalField('must be an Infiniband GUID, such as c2:11:22:33:44:55:66:77', canonicalGuid),
);

/**
 * A GUID for an Infiniband interface: `infinibandGuid('c2:11:22:33:44:55:66:77')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function infinibandGuid(guid: string): InfinibandGuid {
  return checkValue(infinibandGuidSchema, guid, 'infinibandGUID');
}

/**
 * A GUID from an annotation, as JSON or as a bare string.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseInfinibandGuid(text: string, annotation = 'infinibandGUID'): InfinibandGuid {
  return checkTextAnnotation(infinibandGuidSchema, text, annotation);
}

function canonicalGuid(text: string): string | undefined {
  const guid = canonicalHardwareAddress(text, 8);
  return guid === undefined || /^(?:00:){7}00$|^(?:ff:){7}ff$/.test(guid) ? undefined : guid;
}
