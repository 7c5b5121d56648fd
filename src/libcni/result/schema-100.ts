// Port of Go's pkg/types/100.

import * as z from 'zod';
import { compiled } from '../../arguments/compiled.js';
import { lazy } from '../../arguments/lazy.js';
import { optionalDnsSchema } from './dns.js';
import { cidrField, countField, folded, indexField, ipField, listField, textField } from './fields.js';
import { routeSchema } from './route.js';
import type { Interface100, IpConfig, Result100 } from './types.js';

const interfaceFields = lazy(() =>
  z.looseObject({
    name: z
      .string()
      .nullish()
      .transform((name) => name ?? ''),
    mac: textField(),
    mtu: countField(),
    sandbox: textField(),
    socketPath: textField(),
    pciID: textField(),
  }),
);

const interfaceSchema = lazy(() => folded(interfaceFields()) satisfies z.ZodType<Interface100>);

const ipFields = lazy(() =>
  z.looseObject({ interface: indexField(), address: cidrField(), gateway: ipField() }),
);

const ipConfigSchema = lazy(() => folded(ipFields()) satisfies z.ZodType<IpConfig>);

const fields = lazy(() =>
  z.looseObject({
    cniVersion: z.enum(['1.0.0', '1.1.0']),
    interfaces: listField(interfaceSchema()),
    ips: listField(ipConfigSchema()),
    routes: listField(routeSchema()),
    dns: optionalDnsSchema(),
  }),
);

const result100 = lazy(() => folded(fields()));

/** A result of the versions 1.0.0 and 1.1.0. */
export const resultSchema100: z.ZodType<Result100> = z.lazy(result100);

/** The same for the results of plugins: what zod compiles reads valid ones three times as fast. */
export const compiledResult100 = compiled((): z.ZodType<Result100> => result100());
