// Port of Go's pkg/types/040.

import * as z from 'zod';
import { compiled } from '../../arguments/compiled.js';
import { lazy } from '../../arguments/lazy.js';
import { presentDnsSchema } from './dns.js';
import { cidrField, folded, indexField, ipField, listField, textField } from './fields.js';
import { routeSchema } from './route.js';
import type { Interface, IpConfig040, Result040 } from './types.js';

const alwaysText = lazy(() =>
  z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
);

const interfaceFields = lazy(() =>
  z.looseObject({ name: alwaysText(), mac: textField(), sandbox: textField() }),
);

const interfaceSchema = lazy(() => folded(interfaceFields()) satisfies z.ZodType<Interface>);

const ipFields = lazy(() =>
  z.looseObject({
    version: alwaysText(),
    interface: indexField(),
    address: cidrField(),
    gateway: ipField(),
  }),
);

const ipConfigSchema = lazy(() => folded(ipFields()) satisfies z.ZodType<IpConfig040>);

const fields = lazy(() =>
  z.looseObject({
    cniVersion: z.enum(['0.3.0', '0.3.1', '0.4.0']),
    interfaces: listField(interfaceSchema()),
    ips: listField(ipConfigSchema()),
    routes: listField(routeSchema()),
    dns: presentDnsSchema(),
  }),
);

const result040 = lazy(() => folded(fields()));

/** A result of the versions 0.3.0, 0.3.1 and 0.4.0. */
export const resultSchema040: z.ZodType<Result040> = z.lazy(result040);

/** The same for the results of plugins: what zod compiles reads valid ones three times as fast. */
export const compiledResult040 = compiled((): z.ZodType<Result040> => result040());
