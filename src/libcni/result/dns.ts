import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { folded, listField, prepared, textField } from './fields.js';
import type { Dns } from './types.js';

const text = lazy(() =>
  z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
);

const texts = lazy(() => listField(text()));

const dnsFields = lazy(() =>
  z.looseObject({
    nameservers: texts(),
    domain: textField(),
    search: texts(),
    options: texts(),
  }),
);

/** Resolver settings of a configuration or a result. */
export const dnsSchema = lazy(() => folded(dnsFields()) satisfies z.ZodType<Dns>);

/** Resolver settings that are present even if empty, as in results before 1.0.0. */
export const presentDnsSchema = lazy(
  () => prepared((value) => value ?? {}, dnsSchema()) satisfies z.ZodType<Dns>,
);

/** Resolver settings that are left out if empty. */
export const optionalDnsSchema = lazy(
  () =>
    presentDnsSchema().transform((dns) =>
      Object.keys(dns).length > 0 ? dns : undefined,
    ) satisfies z.ZodType<Dns | undefined>,
);
