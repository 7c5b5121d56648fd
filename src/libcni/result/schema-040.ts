// Port of Go's pkg/types/040.
import * as z from 'zod';
import { presentDnsSchema } from './dns.js';
import { cidrField, folded, indexField, ipField, listField, textField } from './fields.js';
import { routeSchema } from './route.js';
import type { Interface, IpConfig040, Result040 } from './types.js';

const alwaysText = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const interfaceFields = z.looseObject({ name: alwaysText, mac: textField, sandbox: textField });

const interfaceSchema = folded(interfaceFields) satisfies z.ZodType<Interface>;

const ipFields = z.looseObject({
  version: alwaysText,
  interface: indexField,
  address: cidrField,
  gateway: ipField,
});

const ipConfigSchema = folded(ipFields) satisfies z.ZodType<IpConfig040>;

const fields = z.looseObject({
  cniVersion: z.enum(['0.3.0', '0.3.1', '0.4.0']),
  interfaces: listField(interfaceSchema),
  ips: listField(ipConfigSchema),
  routes: listField(routeSchema),
  dns: presentDnsSchema,
});

/** A result of the versions 0.3.0, 0.3.1 and 0.4.0. */
export const resultSchema040: z.ZodType<Result040> = folded(fields);
