import * as z from 'zod';
import { canonicalCidr, canonicalIp } from '../../../addresses/index.js';
import { lazy } from '../../../arguments/lazy.js';
import { describedBy, prepared } from '../../../libcni/result/fields.js';

// The building blocks of the capability schemas. `null` counts as absent, as it does for Go's decoder.

const PORT = { error: 'must be a whole number from 1 to 65535' };

/** A port number. */
export const portField = lazy(() => portFrom(1));

/** A port number, or a smaller number that means none. The error of a union would not tell the valid range. */
export function portFrom(least: number) {
  const isPort = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= 65_535;
  // One check instead of three: requests have many ports.
  return describedBy(z.int().min(least).max(65_535), z.custom<number>(isPort, PORT));
}

/** An address in canonical spelling. */
export const addressField = lazy(() => canonicalField('must be an IP address', canonicalIp));

/** An address that is left out if empty. */
export const optionalAddress = lazy(() => optional(addressField()));

/** An address with its prefix, in canonical spelling. */
export const cidrField = lazy(() => canonicalField('must be an IP address with a prefix', canonicalCidr));

/** An address with or without prefix, in canonical spelling. */
export const addressOrCidrField = lazy(() =>
  canonicalField(
    'must be an IP address, with or without a prefix',
    (text) => canonicalIp(text) ?? canonicalCidr(text),
  ),
);

/** A string that is replaced by its canonical spelling; `undefined` from `of` refuses it. */
export function canonicalField(problem: string, of: (text: string) => string | undefined) {
  const given = z.string({ error: problem });
  const field = given.transform((text, context) => {
    const canonical = of(text);
    if (canonical !== undefined) return canonical;
    context.addIssue({ code: 'custom', message: problem, input: text });
    return z.NEVER;
  });
  return describedBy(given, field);
}

/** A string that passes a test. */
export function checkedText(problem: string, isValid: (text: string) => boolean) {
  return z.string({ error: problem }).refine(isValid, { error: problem });
}

/** The same field, left out if it is absent, `null` or an empty string. */
export function optional<Field extends z.ZodType<string>>(field: Field) {
  return prepared((value) => (value === null || value === '' ? undefined : value), field.optional());
}

/** An array of strings. */
export function textList<Field extends z.ZodType<string>>(field: Field) {
  return z.array(field, { error: 'must be an array of strings' });
}
