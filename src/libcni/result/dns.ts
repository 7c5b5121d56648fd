import * as z from 'zod';
import { folded, listField, prepared, textField } from './fields.js';
import type { Dns } from './types.js';

const text = z
  .string()
  .nullable()
  .transform((value) => value ?? '');

const texts = listField(text);

export const dnsFields = z.looseObject({
  nameservers: texts,
  domain: textField,
  search: texts,
  options: texts,
});

/** Resolver settings of a configuration or a result. */
export const dnsSchema = folded(dnsFields) satisfies z.ZodType<Dns>;

/** Resolver settings that are present even if empty, as in results before 1.0.0. */
export const presentDnsSchema = prepared((value) => value ?? {}, dnsSchema) satisfies z.ZodType<Dns>;

/** Resolver settings that are left out if empty. */
export const optionalDnsSchema = presentDnsSchema.transform((dns) =>
  Object.keys(dns).length > 0 ? dns : undefined,
) satisfies z.ZodType<Dns | undefined>;
