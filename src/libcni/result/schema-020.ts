// Port of Go's pkg/types/020.

import * as z from 'zod';
import { compiled } from '../../arguments/compiled.js';
import { lazy } from '../../arguments/lazy.js';
import { presentDnsSchema } from './dns.js';
import { cidrField, folded, ipField, listField } from './fields.js';
import { routeSchema } from './route.js';
import type { IpConfig020, Result020 } from './types.js';

const ipFields = lazy(() =>
  z.looseObject({ ip: cidrField(), gateway: ipField(), routes: listField(routeSchema()) }),
);

const ipConfigSchema = lazy(() => folded(ipFields()) satisfies z.ZodType<IpConfig020>);

const ipConfigField = lazy(() =>
  ipConfigSchema()
    .nullish()
    .transform((ip) => ip ?? undefined),
);

const fields = lazy(() =>
  z.looseObject({
    cniVersion: z.enum(['0.1.0', '0.2.0']),
    ip4: ipConfigField(),
    ip6: ipConfigField(),
    dns: presentDnsSchema(),
  }),
);

const result020 = lazy(() => folded(fields()));

/** A result of the versions 0.1.0 and 0.2.0. */
export const resultSchema020: z.ZodType<Result020> = z.lazy(result020);

/** The same for the results of plugins: what zod compiles reads valid ones three times as fast. */
export const compiledResult020 = compiled((): z.ZodType<Result020> => result020());
