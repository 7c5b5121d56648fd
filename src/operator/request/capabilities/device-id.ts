import * as z from 'zod';
import { checkTextAnnotation, checkValue } from './check-value.js';
import { checkedText } from './fields.js';

/**
 * The device behind a network, the value of the capability `deviceID` (CNI CONVENTIONS.md): a PCI address
 * (`0000:04:00.5`), the name of an auxiliary device (`mlx5_core.sf.2`), or anything else that the plugin knows.
 */
export type DeviceId = string;

/** A device's name. Plugins build paths under `/sys` from it, so it must be a plain file name. */
export const deviceIdSchema: z.ZodType<DeviceId> = z.lazy(() =>
  checkedText('must be the name of a device, without "/" and white space', isFileName),
);

/**
 * A device for an attachment: `deviceId('0000:04:00.5')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function deviceId(id: string): DeviceId {
  return checkValue(deviceIdSchema, id, 'deviceID');
}

/**
 * A device from an annotation, as JSON or as a bare string.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseDeviceId(text: string, annotation = 'deviceID'): DeviceId {
  return checkTextAnnotation(deviceIdSchema, text, annotation);
}

function isFileName(text: string): boolean {
  return /^[^/\s\p{Cc}]+$/u.test(text) && text !== '.' && text !== '..';
}
