// Port of Go's pkg/types/040.
import * as z from 'zod';
import { asSchema, type Schema } from '../schema.js';
import { presentDnsSchema } from './dns.js';
import { cidrField, foldTo, indexField, ipField, listField, textField, withoutUndefined } from './fields.js';
import { routeSchema } from './route.js';
import type { Interface, IpConfig040, Result040 } from './types.js';

const alwaysText = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const interfaceFields = z.looseObject({ name: alwaysText, mac: textField, sandbox: textField });

const interfaceSchema = z
  .preprocess(foldTo(interfaceFields.shape), interfaceFields)
  .transform(withoutUndefined) satisfies z.ZodType<Interface>;

const ipFields = z.looseObject({
  version: alwaysText,
  interface: indexField,
  address: cidrField,
  gateway: ipField,
});

const ipConfigSchema = z
  .preprocess(foldTo(ipFields.shape), ipFields)
  .transform(withoutUndefined) satisfies z.ZodType<IpConfig040>;

const fields = z.looseObject({
  cniVersion: z.enum(['0.3.0', '0.3.1', '0.4.0']),
  interfaces: listField(interfaceSchema),
  ips: listField(ipConfigSchema),
  routes: listField(routeSchema),
  dns: presentDnsSchema,
});

/** A result of the versions 0.3.0, 0.3.1 and 0.4.0. */
export const resultSchema040: Schema<Result040> = asSchema(
  z.preprocess(foldTo(fields.shape), fields).transform(withoutUndefined),
);
